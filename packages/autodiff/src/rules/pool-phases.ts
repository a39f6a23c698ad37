import { sizeOf } from '@msanet/tensor';
import { int, ints, type Value } from '@msanet/onnx';
import type { Emitter } from '../emitter.js';
import { interleave } from './lattice.js';
import type { WindowAxis } from './window.js';

/** Which elements of an axis to take: element o of the result is element stride·o + offset, or zero outside. */
interface Places {
  readonly offset: number;
  readonly stride: number;
  readonly length: number;
}

/**
 * The cotangent of a 2-D max-pool's input, from depthwise convolutions, sums, products and masks only, which ONNX Runtime
 * computes in its blocked layout. What lies outside the input counts as zero here, so that the result only holds where
 * the cotangent is zero for windows without a positive element, or where the caller drops what they give.
 *
 * As in the plain rule, the pool is pulled back one axis at a time, and along an axis the first tap that holds the maximum
 * takes the cotangent. The rows are never woven together before the columns: each residue of the stride, or phase, goes on
 * alone, and the phases are woven together once.
 *
 * @param columnMaxima the maximum along the last axis only
 */
export function pullBackByPhases(
  emit: Emitter,
  { x, columnMaxima, y, g }: Readonly<Record<'x' | 'columnMaxima' | 'y' | 'g', Value>>,
  [rows, columns]: readonly WindowAxis[],
): Value {
  const width = whole(columnMaxima.shape[3]);
  const rowPhases = takenAlong(emit, 2, rows, g, (tap) => {
    const places = [placesOfTap(rows, tap), width];
    return emit.add(pick(emit, columnMaxima, places, -1), y);
  });
  const woven = Array.from(rowPhases, ([residue, taken]) => {
    const phase = { offset: residue, stride: rows.stride, length: taken.shape[2] };
    const maxima = pick(emit, columnMaxima, [phase, width]);
    const columnPhases = takenAlong(emit, 3, columns, taken, (tap) => {
      const places = [phase, placesOfTap(columns, tap)];
      return emit.add(pick(emit, x, places, -1), maxima);
    });
    return [residue, interleave(emit, columnPhases, 3, columns.stride, columns.input)] as const;
  });
  return interleave(emit, new Map(woven), 2, rows.stride, rows.input);
}

/**
 * What each phase of an axis takes of the cotangent of the windows.
 *
 * @param distance how far an element of each window, given by its tap, lies below the window's maximum
 */
function takenAlong(
  emit: Emitter,
  axis: number,
  window: WindowAxis,
  g: Value,
  distance: (tap: number) => Value,
): Map<number, Value> {
  const length = Math.ceil(window.input / window.stride);
  const phases = new Map<number, Value>();
  const give = (tap: number, taken: Value): void => {
    const { offset } = placesOfTap(window, tap);
    const shift = Math.floor(offset / window.stride);
    const places = taken.shape.slice(2).map(whole);
    places[axis - 2] = { offset: 0 - shift, stride: 1, length };
    const moved = pick(emit, taken, places);
    const residue = offset - shift * window.stride;
    const sum = phases.get(residue);
    phases.set(residue, sum === undefined ? moved : emit.add(sum, moved));
  };
  let rest = g;
  for (let tap = 0; tap < window.taps - 1; tap++) {
    const taken = emit.mul(rest, emit.nonPositive(distance(tap)));
    give(tap, taken);
    rest = emit.add(pick(emit, taken, taken.shape.slice(2).map(whole), -1), rest);
  }
  // One of the taps holds the maximum: what no other took belongs to the last one.
  give(window.taps - 1, rest);
  return phases;
}

function placesOfTap({ stride, dilation, before, output }: WindowAxis, tap: number): Places {
  return { offset: dilation * tap - before, stride, length: output };
}

function whole(length: number): Places {
  return { offset: 0, stride: 1, length };
}

/** Takes elements of the last axes, times a factor, by a depthwise convolution whose kernel holds the factor once. */
function pick(emit: Emitter, x: Value, places: readonly Places[], factor = 1): Value {
  const channels = x.shape[1];
  const spatial = x.shape.slice(2);
  const isWhole = places.every(
    ({ offset, stride, length }, axis) => offset === 0 && stride === 1 && length === spatial[axis],
  );
  if (isWhole && factor === 1) return x;
  const windows = places.map((place, axis) => pickingWindow(place, spatial[axis]));
  const shape = windows.map(({ taps }) => taps);
  const at = windows.reduce((position, { taps, tap }) => position * taps + tap, 0);
  const size = sizeOf(shape);
  const kernel = Float64Array.from({ length: channels * size }, (_, index) =>
    index % size === at ? factor : 0,
  );
  return emit.node('Conv', [x, emit.constant(x.dtype, kernel, [channels, 1, ...shape])], {
    group: int(channels),
    strides: ints(places.map(({ stride }) => stride)),
    pads: ints([...windows.map(({ before }) => before), ...windows.map(({ after }) => after)]),
  });
}

/** A window one of whose taps meets exactly the places. */
function pickingWindow(
  { offset, stride, length }: Places,
  input: number,
): Record<'taps' | 'tap' | 'before' | 'after', number> {
  const before = Math.max(0, 0 - offset);
  const tap = offset + before;
  // More taps behind leave fewer positions: the last one must be position length − 1.
  const taps = Math.max(tap + 1, input + before - stride * length + 1);
  const after = Math.max(0, stride * (length - 1) + taps - before - input);
  return { taps, tap, before, after };
}
