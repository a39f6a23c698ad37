import type { Value } from '@msanet/onnx';
import type { Emitter } from '../emitter.js';
import type { WindowAxis } from './window.js';

/**
 * Spreads values over a coarser lattice: element o of each window axis goes to `stride·o − before`, zeros between. It is
 * the adjoint of taking every `stride`-th element.
 *
 * @param first the axis of `x` that the first window belongs to
 */
export function insertZeros(
  emit: Emitter,
  x: Value,
  first: number,
  axes: readonly Pick<WindowAxis, 'stride' | 'before' | 'input'>[],
): Value {
  let result = x;
  axes.forEach(({ stride, before, input }, index) => {
    result = interleave(emit, [result], first + index, { stride, before, input });
  });
  return result;
}

/**
 * Weaves one array per phase into an axis: element q of phase p goes to `stride·q + p − before`. Phases that are missing
 * at the end are zero.
 *
 * @param phases arrays of one shape; at least one, at most `stride`
 */
export function interleave(
  emit: Emitter,
  phases: readonly Value[],
  axis: number,
  { stride, before, input }: Pick<WindowAxis, 'stride' | 'before' | 'input'>,
): Value {
  const { shape } = phases[0];
  const [outer, inner] = [shape.slice(0, axis), shape.slice(axis + 1)];
  const length = shape[axis];
  // Each phase is one column; a reshape then reads the columns row by row.
  const columns = phases.map((phase) => emit.reshape(phase, [...outer, length, 1, ...inner]));
  const joined = emit.concat(columns, axis + 1);
  const complete = emit.padAxis(joined, axis + 1, 0, stride - phases.length);
  const woven = emit.reshape(complete, [...outer, length * stride, ...inner]);
  return emit.padAxis(woven, axis, -before, input + before - length * stride);
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
  window: WindowAxis,
): Value {
  const { stride, dilation, output } = window;
  const shifts = taps.map((_, tap) => Math.floor((tap * dilation) / stride));
  const length = output + Math.max(...shifts);
  const phases: (Value | undefined)[] = [];
  taps.forEach((tap, index) => {
    const phase = (index * dilation) % stride;
    const shifted = emit.padAxis(tap, axis, shifts[index], length - output - shifts[index]);
    const sum = phases[phase];
    phases[phase] = sum === undefined ? shifted : emit.add(sum, shifted);
  });
  const shape = taps[0].shape.map((size, other) => (other === axis ? length : size));
  const complete = Array.from(phases, (phase) => phase ?? emit.full(taps[0].dtype, shape));
  return interleave(emit, complete, axis, window);
}

/** The elements that tap k of a window meets, one per position, from an axis that is padded already. */
export function tapOf(
  emit: Emitter,
  padded: Value,
  axis: number,
  { stride, dilation, output }: WindowAxis,
  tap: number,
): Value {
  const start = tap * dilation;
  return emit.slice(padded, axis, start, start + stride * (output - 1) + 1, stride);
}
