import { sizeOf, stridesOf } from '@msanet/tensor';
import type { OperatorCall, OperatorKernel } from '../operator-call.js';
import { ndarray, type NdArray } from '../ndarray.js';

/** Finds the element that fills position `index` of an axis of that length; undefined for a constant. */
type Source = (index: number, length: number) => number | undefined;

const modulo = (index: number, period: number) => ((index % period) + period) % period;

const sources: Readonly<Record<string, Source>> = {
  constant: (index, length) => (index >= 0 && index < length ? index : undefined),
  edge: (index, length) => Math.min(Math.max(index, 0), length - 1),
  wrap: modulo,
  // Mirrored at the first and last element, which are not repeated.
  reflect: (index, length) => {
    if (length === 1) return 0;
    const folded = modulo(index, 2 * (length - 1));
    return folded < length ? folded : 2 * (length - 1) - folded;
  },
};

/** Pad: negative pads cut elements off. Opset 18 added the axes operand, 19 the mode `wrap`. */
function pad(call: OperatorCall): NdArray {
  const x = call.input(0);
  const rank = x.shape.length;
  const pads = call.integers(1) ?? [];
  const axes = call.integers(3)?.map((axis) => call.axis(axis, rank)) ?? x.shape.map((_, k) => k);
  if (pads.length !== 2 * axes.length) {
    throw call.shapeError(`${2 * axes.length} pads`, String(pads.length));
  }
  const mode = call.string('mode', 'constant');
  const source = sources[mode];
  if (!source) throw call.unsupported('mode constant, reflect, edge or wrap', mode);
  const fill = call.optional(2) ? call.scalar(2) : 0;
  const begin = new Array<number>(rank).fill(0);
  const shape = [...x.shape];
  axes.forEach((axis, index) => {
    begin[axis] = pads[index];
    shape[axis] += pads[index] + pads[index + axes.length];
  });
  if (shape.some((length) => length < 0)) {
    throw call.shapeError('pads that leave a length of at least 0', `(${shape.join(', ')})`);
  }
  const strides = stridesOf(x.shape);
  // The operand's offset for each position of each axis; −1 where the constant goes.
  const offsets = shape.map((length, axis) =>
    Array.from({ length }, (_, position) => {
      const from = source(position - begin[axis], x.shape[axis]);
      return from === undefined ? -1 : from * strides[axis];
    }),
  );
  const result = new Float64Array(sizeOf(shape));
  let at = 0;
  const visit = (axis: number, offset: number) => {
    if (axis === rank) {
      result[at++] = offset < 0 ? fill : x.data[offset];
      return;
    }
    for (const step of offsets[axis]) visit(axis + 1, offset < 0 || step < 0 ? -1 : offset + step);
  };
  visit(0, 0);
  return ndarray(shape, result, x.dtype);
}

/** Padding. */
export const padOperators: Readonly<Record<string, OperatorKernel>> = { Pad: pad };
