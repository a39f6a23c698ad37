import { float, int } from '@msanet/onnx';
import { distinct, fixed, normal, positive, tied } from './operand.js';
import { operatorCase, type OperatorCase } from './operator-case.js';

/** Normalisations and softmaxes. */
export const normalizationCases: readonly OperatorCase[] = [
  operatorCase('BatchNormalization', 'inference, images', [
    normal(2, 3, 4, 2),
    normal(3),
    normal(3),
    normal(3),
    positive(3),
  ]),
  operatorCase(
    'BatchNormalization',
    'inference, constants, epsilon',
    [normal(2, 3, 4, 2), fixed(normal(3)), fixed(normal(3)), fixed(normal(3)), fixed(positive(3))],
    { attributes: { epsilon: float(0.1) }, step: 1 },
  ),
  operatorCase(
    'BatchNormalization',
    'inference, no spatial axes, opset 14',
    [normal(4, 3), normal(3), normal(3), normal(3), positive(3)],
    { opset: 14 },
  ),
  operatorCase(
    'BatchNormalization',
    'inference, 3-D',
    [normal(1, 2, 2, 3, 2), normal(2), normal(2), normal(2), positive(2)],
    { opset: 15 },
  ),

  operatorCase('InstanceNormalization', 'images', [normal(2, 3, 4, 5), normal(3), normal(3)]),
  operatorCase('InstanceNormalization', '1-D, epsilon', [normal(2, 3, 8), normal(3), normal(3)], {
    attributes: { epsilon: float(0.01) },
  }),
  operatorCase(
    'GroupNormalization',
    'opset 18, per group',
    [normal(2, 6, 3, 2), normal(3), normal(3)],
    {
      opset: 18,
      attributes: { num_groups: int(3) },
    },
  ),
  operatorCase(
    'GroupNormalization',
    'opset 21, per channel',
    [normal(2, 6, 3, 2), normal(6), normal(6)],
    { opset: 21, attributes: { num_groups: int(3) } },
  ),
  operatorCase('GroupNormalization', 'one group', [normal(2, 4, 5), normal(4), normal(4)], {
    opset: 21,
    attributes: { num_groups: int(1), epsilon: float(0.01) },
  }),
  operatorCase('LayerNormalization', 'last axis', [normal(2, 3, 8), normal(8), normal(8)]),
  operatorCase('LayerNormalization', 'no bias', [normal(4, 8), normal(8)]),
  operatorCase(
    'LayerNormalization',
    'two axes, epsilon',
    [normal(2, 3, 4), normal(3, 4), normal(3, 4)],
    {
      attributes: { axis: int(-2), epsilon: float(0.01) },
    },
  ),
  operatorCase(
    'LayerNormalization',
    'positive axis',
    [normal(2, 3, 4), normal(3, 4), normal(3, 4)],
    {
      attributes: { axis: int(1) },
    },
  ),

  ...['Softmax', 'LogSoftmax'].flatMap((operator) => [
    operatorCase(operator, 'last axis', [normal(3, 5)]),
    operatorCase(operator, 'middle axis', [normal(2, 4, 3)], { attributes: { axis: int(1) } }),
    operatorCase(operator, 'first axis', [normal(4, 3)], { attributes: { axis: int(0) } }),
    operatorCase(operator, 'negative axis', [normal(2, 4, 3)], { attributes: { axis: int(-2) } }),
    operatorCase(operator, 'opset 13', [normal(2, 4)], { opset: 13 }),
    operatorCase(operator, 'large numbers', [tied(-300, 300, 3, 6)]),
    operatorCase(operator, 'one class', [distinct(3, 1)]),
  ]),
];
