import { int, ints, string, type Attributes } from '@msanet/onnx';
import { distinct, normal, tied } from './operand.js';
import { operatorCase, type OperatorCase } from './operator-case.js';

/** Windows of both pools; every list is per spatial axis, pads are all begins, then all ends. */
const windows: readonly (readonly [string, readonly number[], Attributes])[] = [
  ['2x2, stride 2', [2, 3, 6, 8], { kernel_shape: ints([2, 2]), strides: ints([2, 2]) }],
  [
    '3x3, stride 2, pad 1',
    [2, 2, 8, 7],
    { kernel_shape: ints([3, 3]), strides: ints([2, 2]), pads: ints([1, 1, 1, 1]) },
  ],
  ['3x3, stride 1, pad 1', [1, 2, 5, 6], { kernel_shape: ints([3, 3]), pads: ints([1, 1, 1, 1]) }],
  [
    'stride larger than the window',
    [1, 2, 8, 8],
    { kernel_shape: ints([2, 2]), strides: ints([3, 3]) },
  ],
  [
    'unequal windows and one-sided pads',
    [1, 2, 7, 8],
    { kernel_shape: ints([2, 3]), strides: ints([1, 2]), pads: ints([0, 1, 1, 0]) },
  ],
  [
    'ceil mode',
    [1, 2, 6, 8],
    {
      kernel_shape: ints([3, 3]),
      strides: ints([2, 2]),
      pads: ints([1, 0, 1, 0]),
      ceil_mode: int(1),
    },
  ],
  [
    'ceil mode, last window behind the end',
    [1, 1, 4, 5],
    {
      kernel_shape: ints([2, 2]),
      strides: ints([3, 3]),
      pads: ints([1, 1, 1, 1]),
      ceil_mode: int(1),
    },
  ],
  [
    'auto_pad SAME_UPPER',
    [1, 2, 7, 6],
    { kernel_shape: ints([3, 2]), strides: ints([2, 2]), auto_pad: string('SAME_UPPER') },
  ],
  [
    'auto_pad SAME_LOWER',
    [1, 2, 6, 5],
    { kernel_shape: ints([2, 3]), strides: ints([2, 2]), auto_pad: string('SAME_LOWER') },
  ],
  ['1-D', [2, 3, 9], { kernel_shape: ints([3]), strides: ints([2]), pads: ints([1, 1]) }],
  [
    '3-D',
    [1, 2, 4, 6, 5],
    { kernel_shape: ints([2, 2, 3]), strides: ints([2, 2, 1]), pads: ints([0, 0, 1, 0, 0, 1]) },
  ],
];

const dilated: Attributes = {
  kernel_shape: ints([2, 3]),
  strides: ints([1, 2]),
  dilations: ints([3, 2]),
  pads: ints([0, 1, 0, 1]),
};

/** Pools. */
export const poolingCases: readonly OperatorCase[] = [
  ...windows.flatMap(([detail, shape, attributes]) => [
    operatorCase('MaxPool', detail, [distinct(...shape)], { attributes }),
    operatorCase('MaxPool', `${detail}, with indices`, [distinct(...shape)], {
      attributes,
      outputs: 2,
    }),
    operatorCase('MaxPool', `${detail}, ties`, [tied(0, 2, ...shape)], { attributes, outputs: 2 }),
    operatorCase('AveragePool', detail, [normal(...shape)], { attributes, step: 1 }),
    operatorCase('AveragePool', `${detail}, pads counted`, [normal(...shape)], {
      attributes: { ...attributes, count_include_pad: int(1) },
      step: 1,
      opset: 19,
    }),
  ]),
  operatorCase('MaxPool', 'dilated', [distinct(1, 2, 7, 9)], { attributes: dilated }),
  operatorCase('MaxPool', 'dilated, ties and indices', [tied(0, 2, 1, 2, 7, 9)], {
    attributes: dilated,
    outputs: 2,
  }),
  operatorCase('AveragePool', 'dilated', [normal(1, 2, 7, 9)], {
    attributes: dilated,
    opset: 19,
    step: 1,
  }),
  operatorCase('GlobalAveragePool', '2-D', [normal(2, 3, 4, 5)], { step: 1 }),
  operatorCase('GlobalAveragePool', '1-D', [normal(2, 3, 4)], { step: 1 }),
  operatorCase('GlobalAveragePool', '3-D', [normal(1, 2, 3, 4, 5)], { step: 1 }),
  operatorCase('GlobalMaxPool', '2-D', [distinct(2, 3, 4, 5)]),
  operatorCase('GlobalMaxPool', 'ties', [tied(0, 1, 2, 3, 4, 4)]),
];
