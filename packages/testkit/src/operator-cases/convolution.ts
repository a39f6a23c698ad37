import { int, ints, string, type Attributes } from '@msanet/onnx';
import { fixed, normal } from './operand.js';
import { operatorCase, type OperatorCase } from './operator-case.js';

/** A Conv with all operands fed, which is bilinear; `shapes` are those of x, w and, where there is one, the bias. */
function conv(
  detail: string,
  shapes: readonly (readonly number[])[],
  attributes: Attributes = {},
): OperatorCase {
  const operands = shapes.map((shape) => normal(...shape));
  return operatorCase('Conv', detail, operands, { attributes, step: 1 });
}

function transposed(
  detail: string,
  shapes: readonly (readonly number[])[],
  attributes: Attributes = {},
): OperatorCase {
  const operands = shapes.map((shape) => normal(...shape));
  return operatorCase('ConvTranspose', detail, operands, { attributes, step: 1 });
}

const x = [2, 4, 7, 6];

/** Convolutions in one, two and three spatial dimensions. */
export const convolutionCases: readonly OperatorCase[] = [
  conv('1x1', [x, [3, 4, 1, 1], [3]]),
  conv('1x1, stride 2', [x, [3, 4, 1, 1]], { strides: ints([2, 2]) }),
  conv('3x3, pad 1', [x, [3, 4, 3, 3], [3]], { pads: ints([1, 1, 1, 1]) }),
  conv('3x3, no pad', [x, [3, 4, 3, 3]]),
  conv('3x3, stride 2, pad 1', [x, [3, 4, 3, 3]], {
    strides: ints([2, 2]),
    pads: ints([1, 1, 1, 1]),
  }),
  conv(
    '3x3, stride 2, pad 1, odd and even lengths',
    [
      [1, 2, 8, 9],
      [2, 2, 3, 3],
    ],
    {
      strides: ints([2, 2]),
      pads: ints([1, 1, 1, 1]),
    },
  ),
  conv('7x7, stride 2, pad 3', [[1, 3, 12, 11], [4, 3, 7, 7], [4]], {
    strides: ints([2, 2]),
    pads: ints([3, 3, 3, 3]),
  }),
  conv(
    '2x2, stride 3: pixels that no window covers',
    [
      [1, 2, 8, 9],
      [2, 2, 2, 2],
    ],
    {
      strides: ints([3, 3]),
    },
  ),
  conv(
    'unequal kernel, strides and dilations',
    [
      [1, 2, 9, 10],
      [3, 2, 2, 3],
    ],
    {
      strides: ints([2, 1]),
      dilations: ints([3, 2]),
      pads: ints([0, 2, 0, 2]),
    },
  ),
  conv(
    'one-sided pads',
    [
      [1, 2, 6, 6],
      [2, 2, 3, 3],
    ],
    { pads: ints([0, 1, 2, 0]) },
  ),
  conv(
    'one-sided pads, stride 2',
    [
      [1, 2, 6, 6],
      [2, 2, 3, 3],
    ],
    {
      strides: ints([2, 2]),
      pads: ints([0, 0, 1, 1]),
    },
  ),
  conv(
    'pads wider than the kernel',
    [
      [1, 1, 4, 4],
      [1, 1, 2, 2],
    ],
    { pads: ints([3, 2, 3, 2]) },
  ),
  conv('dilation 2, pad 2', [x, [2, 4, 3, 3]], {
    dilations: ints([2, 2]),
    pads: ints([2, 2, 2, 2]),
  }),
  conv(
    'dilation 2, stride 2',
    [
      [1, 2, 9, 9],
      [2, 2, 3, 3],
    ],
    {
      dilations: ints([2, 2]),
      strides: ints([2, 2]),
      pads: ints([1, 1, 1, 1]),
    },
  ),
  conv('two groups', [x, [6, 2, 3, 3], [6]], { group: int(2), pads: ints([1, 1, 1, 1]) }),
  conv('two groups, stride 2', [x, [4, 2, 3, 3]], { group: int(2), strides: ints([2, 2]) }),
  conv('depthwise', [x, [4, 1, 3, 3], [4]], { group: int(4), pads: ints([1, 1, 1, 1]) }),
  conv('depthwise, stride 2', [x, [4, 1, 3, 3]], {
    group: int(4),
    strides: ints([2, 2]),
    pads: ints([1, 1, 1, 1]),
  }),
  conv('depthwise, two outputs per channel', [x, [8, 1, 3, 3]], { group: int(4) }),
  conv('kernel as large as the operand', [[2, 3, 4, 5], [2, 3, 4, 5], [2]]),
  conv(
    'auto_pad SAME_UPPER, stride 2',
    [
      [1, 2, 7, 8],
      [2, 2, 3, 3],
    ],
    {
      auto_pad: string('SAME_UPPER'),
      strides: ints([2, 2]),
    },
  ),
  conv(
    'auto_pad SAME_LOWER, even kernel',
    [
      [1, 2, 5, 6],
      [2, 2, 2, 4],
    ],
    {
      auto_pad: string('SAME_LOWER'),
    },
  ),
  conv(
    'auto_pad VALID',
    [
      [1, 2, 5, 6],
      [2, 2, 3, 3],
    ],
    { auto_pad: string('VALID') },
  ),
  conv('1-D, stride 2, dilation 2', [[2, 3, 11], [4, 3, 3], [4]], {
    strides: ints([2]),
    dilations: ints([2]),
    pads: ints([1, 2]),
  }),
  conv(
    '1-D, depthwise, pad 1',
    [
      [2, 4, 8],
      [4, 1, 3],
    ],
    { group: int(4), pads: ints([1, 1]) },
  ),
  conv('3-D', [[1, 2, 4, 5, 6], [3, 2, 3, 3, 3], [3]], {
    pads: ints([1, 1, 1, 1, 1, 1]),
    strides: ints([1, 2, 2]),
  }),
  operatorCase(
    'Conv',
    'constant weights',
    [normal(2, 3, 6, 6), fixed(normal(4, 3, 3, 3)), fixed(normal(4))],
    {
      attributes: { pads: ints([1, 1, 1, 1]) },
      step: 1,
    },
  ),
  operatorCase(
    'Conv',
    'constant weights, 3x3, stride 2',
    [normal(1, 3, 8, 8), fixed(normal(4, 3, 3, 3))],
    {
      attributes: { pads: ints([1, 1, 1, 1]), strides: ints([2, 2]) },
      step: 1,
    },
  ),
  operatorCase(
    'Conv',
    'constant operand, differentiated weights',
    [fixed(normal(2, 3, 6, 6)), normal(4, 3, 3, 3)],
    {
      step: 1,
    },
  ),

  transposed('no attributes', [[2, 3, 4, 5], [3, 2, 3, 3], [2]]),
  transposed(
    'stride 2, pad 1, output padding 1',
    [
      [1, 3, 4, 4],
      [3, 2, 3, 3],
    ],
    {
      strides: ints([2, 2]),
      pads: ints([1, 1, 1, 1]),
      output_padding: ints([1, 1]),
    },
  ),
  transposed(
    'stride 3, kernel 2: pixels that stay empty',
    [
      [1, 2, 3, 4],
      [2, 2, 2, 2],
    ],
    {
      strides: ints([3, 3]),
    },
  ),
  transposed(
    'unequal strides, one-sided pads',
    [
      [1, 2, 4, 3],
      [2, 2, 3, 4],
    ],
    {
      strides: ints([2, 1]),
      pads: ints([0, 1, 1, 2]),
    },
  ),
  transposed(
    'dilation 2',
    [
      [1, 2, 4, 4],
      [2, 3, 3, 2],
    ],
    { dilations: ints([2, 2]) },
  ),
  transposed(
    'dilation 2, stride 2',
    [
      [1, 2, 4, 4],
      [2, 3, 3, 2],
    ],
    {
      dilations: ints([2, 2]),
      strides: ints([2, 2]),
    },
  ),
  transposed('two groups', [[1, 4, 4, 4], [4, 3, 3, 3], [6]], {
    group: int(2),
    strides: ints([2, 2]),
  }),
  transposed(
    'depthwise',
    [
      [1, 4, 4, 4],
      [4, 1, 2, 2],
    ],
    { group: int(4), strides: ints([2, 2]) },
  ),
  transposed(
    'output shape',
    [
      [1, 2, 4, 4],
      [2, 2, 3, 3],
    ],
    {
      strides: ints([2, 2]),
      output_shape: ints([8, 7]),
    },
  ),
  transposed(
    'auto_pad SAME_UPPER',
    [
      [1, 2, 4, 4],
      [2, 2, 3, 3],
    ],
    {
      auto_pad: string('SAME_UPPER'),
      strides: ints([2, 2]),
    },
  ),
  transposed(
    '1-D',
    [
      [2, 3, 5],
      [3, 2, 4],
    ],
    { strides: ints([2]), pads: ints([1, 1]) },
  ),
  transposed(
    '3-D',
    [
      [1, 2, 3, 3, 2],
      [2, 2, 2, 3, 2],
    ],
    {
      strides: ints([1, 2, 2]),
      pads: ints([0, 1, 0, 0, 1, 0]),
    },
  ),
  operatorCase(
    'ConvTranspose',
    'constant weights',
    [normal(1, 3, 4, 4), fixed(normal(3, 2, 3, 3))],
    {
      attributes: { strides: ints([2, 2]), pads: ints([1, 1, 1, 1]) },
      step: 1,
    },
  ),
];
