import { allocate, sizeOf, type Tensor } from '@msanet/tensor';
import type { Value } from '@msanet/onnx';
import type { Emitter } from '../emitter.js';
import { correlate } from './correlation.js';
import { adjointKernel, flipTranspose, type TapRange } from './kernel.js';
import { interleave } from './lattice.js';
import { reach, type WindowAxis } from './window.js';

/** What the taps of a strided window that meet the same residue of the stride are for the pixels of that residue. */
interface Phase {
  readonly residue: number;
  readonly taps: TapRange;
  /** Pixel q of the phase is pixel stride·q + residue; its window has stride 1. */
  readonly window: WindowAxis;
}

/** Runtimes that keep channels in blocks compute whole blocks of this many. */
const block = 16;

/**
 * The adjoint of a strided convolution by constant weights in its input: pixels of one residue of the stride meet the
 * same taps, so each residue, or phase, is the adjoint of a convolution of stride 1, and the phases are woven together.
 *
 * Few channels are computed for all phases at once, which fills the blocks of channels; the taps that a phase lacks are
 * zero then. A ConvTranspose takes longer than either, and no blocked layout.
 */
export function phaseConvolution(
  emit: Emitter,
  g: Value,
  weight: Value,
  axes: readonly WindowAxis[],
): Value {
  const { constant } = weight;
  const channels = weight.shape[1];
  const phases = axes.map(phasesOf);
  if (phases.some(({ length }) => length === 0)) {
    return emit.full(g.dtype, [g.shape[0], channels, ...axes.map(({ input }) => input)]);
  }
  const shared = phases.map(sharedWindow);
  const count = sizeOf(phases.map(({ length }) => length));
  const apart = sizeOf(axes.map(({ taps }) => taps)) * wholeBlocks(channels);
  const together = sizeOf(shared.map(({ taps }) => taps)) * wholeBlocks(count * channels);
  const undilated = axes.every(({ dilation }) => dilation === 1);
  if (constant !== undefined && undilated && together < apart) {
    const kernel = emit.initializer(adjointKernel(joinedKernel(constant, phases, shared)));
    const joined = correlate(emit, g, kernel, shared);
    const parts = emit.split(joined, 1, new Array<number>(count).fill(channels));
    return weave(emit, axes, phases, (_, index) => parts[index]);
  }
  return weave(emit, axes, phases, (chosen) => {
    const kernel = flipTranspose(
      emit,
      weight,
      1,
      chosen.map(({ taps }) => taps),
    );
    return correlate(
      emit,
      g,
      kernel,
      chosen.map(({ window }) => window),
    );
  });
}

/** The phases that some window meets; all others get nothing. */
function phasesOf({ taps, stride, dilation, before, input, output }: WindowAxis): Phase[] {
  const step = stride / greatestCommonDivisor(stride, dilation);
  const length = Math.ceil(input / stride);
  return Array.from({ length: Math.min(step, taps) }, (_, first) => {
    const offset = dilation * first - before;
    const shift = Math.floor(offset / stride);
    const count = Math.ceil((taps - first) / step);
    const window = strideless(shift, count, (dilation * step) / stride, output, length);
    return { residue: offset - shift * stride, taps: { first, step, count }, window };
  }).filter(({ window }) => window.before < output + reach(window) && 0 - window.before < length);
}

/** The window of stride 1 whose first tap looks `shift` pixels ahead. */
function strideless(
  shift: number,
  taps: number,
  dilation: number,
  output: number,
  input: number,
): WindowAxis {
  const after = output + dilation * (taps - 1) + shift - input;
  return {
    taps,
    stride: 1,
    dilation,
    before: 0 - shift,
    after,
    declaredAfter: after,
    input,
    output,
  };
}

/** The window that holds the windows of all phases. */
function sharedWindow(phases: readonly Phase[]): WindowAxis {
  const windows = phases.map(({ window }) => window);
  const [{ output, input }] = windows;
  const first = Math.min(...windows.map(({ before }) => 0 - before));
  const last = Math.max(...windows.map(({ before, taps }) => taps - 1 - before));
  return strideless(first, last - first + 1, 1, output, input);
}

/** A kernel (maps, phases · channels, …) with the taps of each phase where the window of all has them. */
function joinedKernel(
  weight: Tensor,
  phases: readonly (readonly Phase[])[],
  shared: readonly WindowAxis[],
): Tensor {
  const [maps, channels, ...kernel] = weight.shape;
  const chosen = combinations(phases);
  const length = shared.map(({ taps }) => taps);
  const shape = [maps, chosen.length * channels, ...length];
  const data = allocate(weight.dtype, sizeOf(shape));
  const [taps, places] = [sizeOf(kernel), sizeOf(length)];
  chosen.forEach((phase, index) => {
    for (const [from, to] of movedTaps(phase, kernel, shared)) {
      for (let map = 0; map < maps; map++) {
        for (let channel = 0; channel < channels; channel++) {
          const target = (map * chosen.length + index) * channels + channel;
          data[target * places + to] = weight.data[(map * channels + channel) * taps + from];
        }
      }
    }
  });
  return { dtype: weight.dtype, shape, data };
}

/** Where each tap of a phase lies in the kernel, and where in the shared window, both in row-major order. */
function movedTaps(
  phase: readonly Phase[],
  kernel: readonly number[],
  shared: readonly WindowAxis[],
): (readonly [number, number])[] {
  return phase.reduce<(readonly [number, number])[]>(
    (pairs, { taps, window }, axis) =>
      pairs.flatMap(([from, to]) =>
        Array.from({ length: taps.count }, (_, tap) => {
          const at = tap + shared[axis].before - window.before;
          const source = taps.first + taps.step * tap;
          return [from * kernel[axis] + source, to * shared[axis].taps + at] as const;
        }),
      ),
    [[0, 0]],
  );
}

/** One phase of every axis, in all ways, the last axis running fastest. */
function combinations(phases: readonly (readonly Phase[])[]): Phase[][] {
  return phases.reduce<Phase[][]>(
    (chosen, axis) => chosen.flatMap((each) => axis.map((phase) => [...each, phase])),
    [[]],
  );
}

/** Weaves the phases together; `part` makes one of them and is asked in the order of `combinations`. */
function weave(
  emit: Emitter,
  axes: readonly WindowAxis[],
  phases: readonly (readonly Phase[])[],
  part: (chosen: readonly Phase[], index: number) => Value,
): Value {
  let asked = 0;
  const woven = (chosen: readonly Phase[]): Value => {
    const axis = chosen.length;
    if (axis === axes.length) return part(chosen, asked++);
    const { stride, input } = axes[axis];
    const parts = phases[axis].map((phase) => [phase.residue, woven([...chosen, phase])] as const);
    return stride === 1 ? parts[0][1] : interleave(emit, new Map(parts), axis + 2, stride, input);
  };
  return woven([]);
}

function wholeBlocks(channels: number): number {
  return Math.ceil(channels / block) * block;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
