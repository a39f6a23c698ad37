import { formatShape, type Shape } from '@msanet/tensor';
import type { NodeContext } from './node-context.js';
import { indexType } from './type-class.js';

/** What a Slice node takes of one axis: elements `start + i·step` for i from 0 to `length − 1`. */
export interface AxisSlice {
  readonly start: number;
  readonly step: number;
  readonly length: number;
}

/**
 * What a Slice node takes of every axis, with negative and too large bounds resolved (ONNX operator Slice-13).
 *
 * @param shape the input's shape
 */
export function slicesOf(context: NodeContext, shape: Shape): AxisSlice[] {
  const starts = context.integers(1, 'starts', indexType);
  const ends = context.integers(2, 'ends', indexType);
  const named = context.optionalIntegers(3, 'axes', indexType) ?? starts.map((_, index) => index);
  const axes = context.axes(named, shape.length);
  const steps = context.optionalIntegers(4, 'steps', indexType) ?? starts.map(() => 1);
  if (
    ends.length !== starts.length ||
    axes.length !== starts.length ||
    steps.length !== starts.length
  ) {
    throw context.mismatch(
      'starts, ends, axes and steps of one length',
      formatShape([starts.length, ends.length, axes.length, steps.length]),
    );
  }
  if (steps.includes(0)) throw context.mismatch('steps other than 0', formatShape(steps));
  const result = shape.map((length): AxisSlice => ({ start: 0, step: 1, length }));
  axes.forEach((axis, index) => {
    const length = shape[axis];
    const step = steps[index];
    // Going backwards, the last element is a valid start and −1 stands for the end before the first.
    const [low, high] = step > 0 ? [0, length] : [-1, length - 1];
    const bound = (position: number, least: number): number =>
      Math.min(Math.max(position < 0 ? position + length : position, least), high);
    const start = bound(starts[index], 0);
    const end = bound(ends[index], low);
    result[axis] = { start, step, length: Math.max(Math.ceil((end - start) / step), 0) };
  });
  return result;
}
