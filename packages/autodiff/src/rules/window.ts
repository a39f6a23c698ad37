import type { Shape } from '@msanet/tensor';
import { transposedWindowOf, windowOf, type NodeContext } from '@msanet/onnx';

/**
 * A sliding window along one spatial axis: position o looks at `stride·o + dilation·k − before` for each tap k.
 *
 * `after` is what the last position really needs behind the input: less than the declared pad where the stride leaves a
 * rest (then it may be negative), more than it in `ceil_mode`.
 */
export interface WindowAxis {
  readonly taps: number;
  readonly stride: number;
  readonly dilation: number;
  readonly before: number;
  readonly after: number;
  /** The declared pad behind the input, which `count_include_pad` counts. */
  readonly declaredAfter: number;
  /** Length of the axis that the window slides over. */
  readonly input: number;
  /** Number of positions. */
  readonly output: number;
}

/** The distance between the first and the last tap. */
export const reach = ({ taps, dilation }: WindowAxis): number => dilation * (taps - 1);

/** The window of a Conv or pool node along each spatial axis. */
export function windowAxes(operator: NodeContext, spatial: Shape, kernel: Shape): WindowAxis[] {
  const window = windowOf(operator, spatial, kernel);
  return spatial.map((input, axis) => windowAxis(window, axis, input, window.output[axis]));
}

/**
 * The windows of the convolution that a ConvTranspose node is the adjoint of: they slide over the node's output, with
 * one position per element of its input.
 */
export function transposedWindowAxes(
  operator: NodeContext,
  spatial: Shape,
  kernel: Shape,
): WindowAxis[] {
  const window = transposedWindowOf(operator, spatial, kernel);
  return spatial.map((positions, axis) => windowAxis(window, axis, window.output[axis], positions));
}

function windowAxis(
  { kernel, strides, dilations, padsBegin, padsEnd }: ReturnType<typeof windowOf>,
  axis: number,
  input: number,
  output: number,
): WindowAxis {
  const extent = dilations[axis] * (kernel[axis] - 1) + 1;
  const needed = strides[axis] * (output - 1) + extent;
  return {
    taps: kernel[axis],
    stride: strides[axis],
    dilation: dilations[axis],
    before: padsBegin[axis],
    after: needed - input - padsBegin[axis],
    declaredAfter: padsEnd[axis],
    input,
    output,
  };
}
