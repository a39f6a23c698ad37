import { formatShape, type Shape } from '@msanet/tensor';
import type { NodeContext } from './node-context.js';
import { indexType, int64Type } from './type-class.js';

/** What a Pad node adds to every axis; a negative number removes elements. */
export interface PadPlan {
  readonly begin: readonly number[];
  readonly end: readonly number[];
  readonly mode: string;
}

/**
 * What a Pad node adds to every axis, with the operand `axes` of opset 18 resolved (ONNX operators Pad-13 to Pad-21).
 *
 * @param shape the input's shape
 */
export function padsOf(context: NodeContext, shape: Shape): PadPlan {
  const rank = shape.length;
  const modes = ['constant', 'reflect', 'edge', ...(context.opset >= 19 ? ['wrap'] : [])];
  const mode = context.choice('mode', 'constant', modes);
  const pads = context.integers(1, 'pads', int64Type);
  const named = context.optionalIntegers(3, 'axes', indexType);
  const axes = named === undefined ? shape.map((_, axis) => axis) : context.axes(named, rank);
  if (pads.length !== 2 * axes.length) {
    throw context.mismatch(`pads of ${2 * axes.length} numbers`, formatShape(pads));
  }
  const begin = new Array<number>(rank).fill(0);
  const end = new Array<number>(rank).fill(0);
  axes.forEach((axis, index) => {
    begin[axis] = pads[index];
    end[axis] = pads[index + axes.length];
    const most = mode === 'reflect' ? shape[axis] - 1 : mode === 'wrap' ? shape[axis] : Infinity;
    if (begin[axis] > most || end[axis] > most || begin[axis] + end[axis] + shape[axis] < 0) {
      throw context.mismatch(
        `pads that axis ${axis} of length ${shape[axis]} allows in mode ${mode}`,
        `${begin[axis]} and ${end[axis]}`,
      );
    }
    if (mode !== 'constant' && shape[axis] === 0 && (begin[axis] > 0 || end[axis] > 0)) {
      throw context.mismatch(`an axis ${axis} that is not empty`, formatShape(shape));
    }
  });
  return { begin, end, mode };
}
