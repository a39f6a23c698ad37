import { padsOf } from '@msanet/onnx';
import { vjpRule } from '../vjp-rule.js';
import { applyTransposed, selection, type Matrix } from './linear-map.js';

/**
 * Pad. A constant pad is undone by the opposite pads: cropping where it added, zeros where it cropped; what lay in the
 * pads is the cotangent of the fill value. The other modes copy elements of the input, so that each axis is a linear
 * map and the cotangent goes back through its transpose.
 */
export const pad = vjpRule((context) => {
  const { emit, cotangent: g, inputs } = context;
  const [x] = inputs;
  const { begin, end, mode } = padsOf(context.operator, x.shape);
  const opposite = (pads: readonly number[]): number[] => pads.map((amount) => 0 - amount);
  if (mode !== 'constant') {
    return [
      () =>
        x.shape.reduce((value, length, axis) => {
          const copies = copiedFrom(mode, length, begin[axis], end[axis]);
          return copies === undefined ? value : applyTransposed(emit, value, axis, copies);
        }, g),
    ];
  }
  const inner = () => emit.pad(g, opposite(begin), opposite(end));
  const all = g.shape.map((_, axis) => axis);
  return [
    inner,
    undefined,
    () => {
      const rest = emit.sub(emit.sum(g, all, false), emit.sum(inner(), all, false));
      return emit.reshape(rest, inputs[2].shape);
    },
  ];
});

/** The matrix that makes the padded axis of the old one; `undefined` where nothing is padded. */
function copiedFrom(
  mode: string,
  length: number,
  before: number,
  after: number,
): Matrix | undefined {
  if (before === 0 && after === 0) return undefined;
  const positions = Array.from({ length: length + before + after }, (_, row) => row - before);
  return selection(
    positions.map((position) => source(mode, position, length)),
    length,
  );
}

/** The element that a position at or beyond the border copies. */
function source(mode: string, position: number, length: number): number {
  if (mode === 'edge') return Math.min(Math.max(position, 0), length - 1);
  if (mode === 'wrap') return ((position % length) + length) % length;
  const period = Math.max(2 * (length - 1), 1);
  const folded = ((position % period) + period) % period;
  return Math.min(folded, period - folded);
}
