import { int, ints, string } from '@msanet/onnx';
import { constant, integers, list, normal, scalar } from './operand.js';
import { operatorCase, type OperatorCase, type OperatorCaseOptions } from './operator-case.js';
import { int64 } from '@msanet/tensor';

/** A movement of a fed operand, steered by constants; movements are linear. */
const move = (
  operator: string,
  detail: string,
  shape: readonly number[],
  constants: readonly (ReturnType<typeof list> | undefined)[] = [],
  options: OperatorCaseOptions = {},
) => operatorCase(operator, detail, [normal(...shape), ...constants], { step: 1, ...options });

const toEnd = 2 ** 62;

const slices: readonly (readonly [string, readonly number[], readonly number[][]])[] = [
  [
    'leading axes',
    [4, 5, 3],
    [
      [1, 0],
      [3, 4],
    ],
  ],
  ['named axes', [4, 5, 3], [[1], [3], [1]]],
  ['negative axis and bounds', [4, 5, 3], [[-4], [-1], [-2]]],
  ['step 2', [7, 4], [[0], [toEnd], [0], [2]]],
  ['step 3 that ends inside', [8, 2], [[1], [7], [0], [3]]],
  ['backwards', [5, 3], [[-1], [-toEnd], [0], [-1]]],
  ['backwards by two', [7, 3], [[5], [0], [0], [-2]]],
  ['bounds beyond the axis', [4, 3], [[-100], [100], [0]]],
  [
    'two axes, steps of both signs',
    [5, 6],
    [
      [4, 1],
      [-toEnd, toEnd],
      [0, 1],
      [-2, 2],
    ],
  ],
];

/** Operators that move elements. */
export const movementCases: readonly OperatorCase[] = [
  ...slices.map(([detail, shape, constants]) =>
    move(
      'Slice',
      detail,
      shape,
      constants.map((values) => list(...values)),
    ),
  ),
  move('Slice', 'nothing left', [4, 3], [list(3), list(1), list(0)], { forwardOnly: true }),
  operatorCase('Slice', 'int64', [integers('int64', 0, 9, 6), list(1), list(5), list(0), list(2)]),

  move('Transpose', 'all axes reversed', [2, 3, 4]),
  move('Transpose', 'perm', [2, 3, 4, 5], [], { attributes: { perm: ints([0, 2, 3, 1]) } }),
  move('Transpose', 'perm that is not its own inverse', [2, 3, 4], [], {
    attributes: { perm: ints([1, 2, 0]) },
  }),
  move('Reshape', 'flat', [2, 3, 4], [list(-1)]),
  move('Reshape', 'zero copies, minus one fills', [2, 3, 4], [list(0, -1, 2)]),
  move('Reshape', 'splits an axis', [6, 4], [list(2, 3, 4)], { opset: 13 }),
  move('Squeeze', 'named axes', [1, 3, 1, 4], [list(0, -2)]),
  move('Squeeze', 'all axes of length 1', [1, 3, 1, 4]),
  move('Unsqueeze', 'two axes', [3, 4], [list(0, 3)]),
  move('Unsqueeze', 'negative axis', [3, 4], [list(-1)]),
  move('Flatten', 'default axis', [2, 3, 4]),
  move('Flatten', 'axis 0', [2, 3, 4], [], { attributes: { axis: int(0) } }),
  move('Flatten', 'negative axis', [2, 3, 4], [], { attributes: { axis: int(-1) } }),
  move('Flatten', 'axis behind the last', [2, 3], [], { attributes: { axis: int(2) } }),
  move('Expand', 'repeats an axis', [3, 1], [list(3, 4)]),
  move('Expand', 'adds axes', [3, 1], [list(2, 1, 4)]),
  move('Expand', 'keeps a longer axis', [3, 4], [list(2, 1, 1)]),
  move('Tile', 'both axes', [2, 3], [list(2, 3)]),
  move('Tile', 'once', [2, 3], [list(1, 1)]),
  move('Tile', 'middle axis of three', [2, 3, 2], [list(1, 2, 1)]),

  operatorCase('Concat', 'axis 0', [normal(2, 3), normal(1, 3), normal(3, 3)], {
    attributes: { axis: int(0) },
    step: 1,
  }),
  operatorCase('Concat', 'negative axis', [normal(2, 2, 3), normal(2, 2, 1)], {
    attributes: { axis: int(-1) },
    step: 1,
  }),
  operatorCase('Concat', 'middle axis', [normal(2, 1, 3), normal(2, 4, 3)], {
    attributes: { axis: int(1) },
    step: 1,
  }),
  operatorCase('Concat', 'int64', [integers('int64', 0, 9, 3), constant(int64([7, 8]))], {
    attributes: { axis: int(0) },
  }),
  move('Split', 'equal parts', [6, 3], [], { outputs: 3, differentiableOutputs: [0, 1, 2] }),
  move('Split', 'given lengths', [2, 6], [list(1, 3, 2)], {
    outputs: 3,
    differentiableOutputs: [0, 1, 2],
    attributes: { axis: int(1) },
  }),
  move('Split', 'negative axis, one part differentiated', [2, 6], [list(2, 4)], {
    outputs: 2,
    differentiableOutputs: [1],
    attributes: { axis: int(-1) },
  }),
  move('Split', 'num_outputs with a smaller last part', [7, 2], [], {
    opset: 18,
    outputs: 3,
    differentiableOutputs: [0, 1, 2],
    attributes: { num_outputs: int(3) },
  }),

  move('DepthToSpace', 'DCR', [1, 8, 2, 3], [], { attributes: { blocksize: int(2) } }),
  move('DepthToSpace', 'CRD', [1, 8, 2, 3], [], {
    attributes: { blocksize: int(2), mode: string('CRD') },
  }),
  move('SpaceToDepth', 'blocks of 2', [1, 2, 4, 6], [], { attributes: { blocksize: int(2) } }),
  move('SpaceToDepth', 'blocks of 3', [2, 1, 3, 6], [], { attributes: { blocksize: int(3) } }),
  move('Trilu', 'upper', [2, 3, 4]),
  move('Trilu', 'lower', [3, 4], [], { attributes: { upper: int(0) } }),
  move('Trilu', 'upper, second diagonal', [4, 4], [scalar(2)]),
  move('Trilu', 'lower, below the diagonal', [4, 3], [scalar(-1)], {
    attributes: { upper: int(0) },
  }),
];
