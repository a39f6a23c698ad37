import { allocate, sizeOf, type Tensor } from '@msanet/tensor';
import type { Value } from '@msanet/onnx';
import type { Emitter } from '../emitter.js';

/** Evenly spaced taps of one axis of a kernel. */
export interface TapRange {
  readonly first: number;
  readonly step: number;
  readonly count: number;
}

/**
 * The kernel of the adjoint of a stride-1 convolution: channels exchanged within each group, taps in reverse order.
 *
 * Shape (maps, channels/group, …) becomes (channels, maps/group, …). A kernel that is known now is rearranged now, into
 * an initializer of its own; any other by nodes of the graph.
 *
 * @param ranges the taps to keep along each axis; by default all
 */
export function flipTranspose(
  emit: Emitter,
  weight: Value,
  group: number,
  ranges: readonly TapRange[] = wholeKernel(weight),
): Value {
  const { constant, shape } = weight;
  const [maps, channels] = shape;
  const kernel = ranges.map(({ count }) => count);
  const grouped = [group, maps / group, channels, ...kernel];
  const result = [group * channels, maps / group, ...kernel];
  if (constant !== undefined) {
    return emit.initializer(rearranged(constant, grouped, result, ranges));
  }
  const kept = ranges.reduce(
    (value, { first, step, count }, axis) =>
      emit.slice(value, axis + 2, first, first + step * (count - 1) + 1, step),
    weight,
  );
  const exchanged = emit.transpose(emit.reshape(kept, grouped), [
    0,
    2,
    1,
    ...kernel.map((_, axis) => axis + 3),
  ]);
  return emit.flip(
    emit.reshape(exchanged, result),
    kernel.map((_, axis) => axis + 2),
  );
}

/** As `flipTranspose`, of a constant kernel of one group, as a tensor. */
export function adjointKernel(weight: Tensor): Tensor {
  const [maps, channels, ...kernel] = weight.shape;
  const result = [channels, maps, ...kernel];
  return rearranged(weight, [1, ...weight.shape], result, wholeKernel(weight));
}

function wholeKernel({ shape }: Pick<Value, 'shape'>): TapRange[] {
  return shape.slice(2).map((count) => ({ first: 0, step: 1, count }));
}

/** `[g, m, c, k]` of the source becomes `[g, c, m, last − k]`, for the taps that are kept. */
function rearranged(
  source: Tensor,
  grouped: readonly number[],
  shape: readonly number[],
  ranges: readonly TapRange[],
): Tensor {
  const [groups, maps, channels] = grouped;
  const taps = sizeOf(source.shape.slice(2));
  const places = tapPlaces(source.shape.slice(2), ranges).reverse();
  const data = allocate(source.dtype, sizeOf(shape));
  let to = 0;
  for (let group = 0; group < groups; group++) {
    for (let channel = 0; channel < channels; channel++) {
      for (let map = 0; map < maps; map++) {
        const from = ((group * maps + map) * channels + channel) * taps;
        for (const place of places) data[to++] = source.data[from + place];
      }
    }
  }
  return { dtype: source.dtype, shape, data };
}

/** Where the taps lie in one channel of a kernel, in row-major order. */
function tapPlaces(kernel: readonly number[], ranges: readonly TapRange[]): number[] {
  return ranges.reduce<number[]>(
    (places, { first, step, count }, axis) =>
      places.flatMap((place) =>
        Array.from({ length: count }, (_, tap) => place * kernel[axis] + first + step * tap),
      ),
    [0],
  );
}
