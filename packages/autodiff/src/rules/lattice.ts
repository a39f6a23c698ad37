import type { Value } from '@msanet/onnx';
import type { Emitter } from '../emitter.js';
import { applyTransposed, selection } from './linear-map.js';
import type { WindowAxis } from './window.js';

/** Where the taps of a window lie on the axis that it slides over. */
type TapPlaces = Pick<WindowAxis, 'stride' | 'dilation' | 'before' | 'input'>;

/**
 * The elements that tap k of a window meets, one per position: element o is `x[stride·o + dilation·k − before]`, or `fill`
 * where that lies outside.
 */
export function tapOf(
  emit: Emitter,
  x: Value,
  axis: number,
  window: WindowAxis,
  tap: number,
  fill: number,
): Value {
  const { stride, dilation, before, input, output } = window;
  const offset = dilation * tap - before;
  const first = Math.max(0, Math.ceil(-offset / stride));
  const last = Math.min(output - 1, Math.floor((input - 1 - offset) / stride));
  if (last < first) return emit.full(x.dtype, x.shape.with(axis, output), fill);
  const start = stride * first + offset;
  const inside = emit.slice(x, axis, start, start + stride * (last - first) + 1, stride);
  return emit.padAxis(inside, axis, first, output - 1 - last, fill);
}

/**
 * Adds up what each tap of a window gives back to the axis it slid over: element o of tap k goes to
 * `stride·o + dilation·k − before`. It is the adjoint of cutting an axis into the taps of a window.
 *
 * Taps that meet the same residue of the stride are added at the length of the output; only their sums are woven
 * together.
 */
export function scatterTaps(
  emit: Emitter,
  taps: readonly Value[],
  axis: number,
  { stride, dilation, before, input }: TapPlaces,
): Value {
  const length = Math.ceil(input / stride);
  const phases = new Map<number, Value>();
  taps.forEach((tap, index) => {
    const offset = dilation * index - before;
    const shift = Math.floor(offset / stride);
    const phase = offset - shift * stride;
    const moved = emit.padAxis(tap, axis, shift, length - tap.shape[axis] - shift);
    const sum = phases.get(phase);
    phases.set(phase, sum === undefined ? moved : emit.add(sum, moved));
  });
  return interleave(emit, phases, axis, stride, input);
}

/** Matrices of up to this many elements may spread the last axis. */
const largestSpread = 2 ** 16;

/**
 * Spreads values over finer lattices: along each axis, element o goes to `stride·o − before`, zeros between. It is the
 * adjoint of taking every `stride`-th element.
 *
 * @param axes by the number of the axis, in ascending order
 */
export function insertZeros(
  emit: Emitter,
  x: Value,
  axes: ReadonlyMap<number, Pick<WindowAxis, 'stride' | 'before' | 'input'>>,
): Value {
  // The last axis first, while there are the fewest elements.
  return [...axes].reduceRight((value, [axis, places]) => {
    const { stride, before, input } = places;
    const length = value.shape[axis];
    if (axis === value.shape.length - 1 && length * input <= largestSpread) {
      // Moving single elements takes runtimes longer than a product with a small 0/1 matrix.
      const targets = Array.from({ length }, (_, position) => stride * position - before);
      return applyTransposed(emit, value, axis, selection(targets, input));
    }
    return scatterTaps(emit, [value], axis, { dilation: 1, ...places });
  }, x);
}

/**
 * Weaves one array per phase into an axis: element q of phase p goes to `stride·q + p`, as far as the axis reaches.
 * Phases that are missing are zero.
 *
 * @param phases arrays of one shape, at least one
 */
export function interleave(
  emit: Emitter,
  phases: ReadonlyMap<number, Value>,
  axis: number,
  stride: number,
  input: number,
): Value {
  const [{ dtype, shape }] = phases.values();
  const [outer, inner] = [shape.slice(0, axis), shape.slice(axis + 1)];
  // Each phase is one column; a reshape then reads the columns row by row.
  const count = Math.max(...phases.keys()) + 1;
  const columns = Array.from({ length: count }, (_, phase) =>
    emit.reshape(phases.get(phase) ?? emit.full(dtype, shape), [
      ...outer,
      shape[axis],
      1,
      ...inner,
    ]),
  );
  const complete = emit.padAxis(emit.concat(columns, axis + 1), axis + 1, 0, stride - count);
  const woven = emit.reshape(complete, [...outer, shape[axis] * stride, ...inner]);
  return emit.slice(woven, axis, 0, input);
}
