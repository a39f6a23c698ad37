import { string } from '@msanet/onnx';
import { list, normal, number } from './operand.js';
import { operatorCase, type OperatorCase } from './operator-case.js';

/** Shape of the operand, and pads: all begins, then all ends. */
const pads: readonly (readonly [string, readonly number[], readonly number[]])[] = [
  ['one axis', [3, 4], [0, 1, 0, 2]],
  ['all axes', [2, 3, 4], [1, 2, 0, 2, 1, 3]],
  ['images', [1, 2, 4, 5], [0, 0, 1, 2, 0, 0, 3, 1]],
];

/** Padding. */
export const padCases: readonly OperatorCase[] = [
  ...pads.map(([detail, shape, amounts]) =>
    operatorCase('Pad', `constant, ${detail}`, [normal(...shape), list(...amounts)], { step: 1 }),
  ),
  operatorCase('Pad', 'constant value', [normal(3, 4), list(1, 0, 0, 2), number(1.5)], { step: 1 }),
  operatorCase('Pad', 'negative pads cut', [normal(5, 6), list(-1, -2, -1, 0)], { step: 1 }),
  operatorCase('Pad', 'pads of both signs', [normal(4, 6), list(-1, 2, 3, -2), number(0.5)], {
    step: 1,
  }),
  operatorCase('Pad', 'named axes', [normal(2, 3, 4), list(1, 2), undefined, list(-1)], {
    opset: 18,
    step: 1,
  }),
  operatorCase(
    'Pad',
    'two named axes',
    [normal(2, 3, 4), list(1, 0, 0, 2), number(-1), list(2, 0)],
    {
      opset: 19,
      step: 1,
    },
  ),
  ...['reflect', 'edge'].flatMap((mode) => [
    operatorCase('Pad', `${mode}, images`, [normal(1, 2, 4, 5), list(0, 0, 1, 2, 0, 0, 3, 1)], {
      attributes: { mode: string(mode) },
      step: 1,
    }),
    operatorCase('Pad', `${mode}, one side`, [normal(3, 4), list(0, 3, 0, 0)], {
      attributes: { mode: string(mode) },
      step: 1,
    }),
  ]),
  operatorCase('Pad', 'wrap', [normal(3, 4), list(1, 2, 2, 3)], {
    opset: 19,
    attributes: { mode: string('wrap') },
    step: 1,
  }),
];
