import { allocate, sizeOf, type Tensor } from '@msanet/tensor';
import type { Value } from '@msanet/onnx';
import type { Emitter } from '../emitter.js';

/**
 * The kernel of the adjoint of a stride-1 convolution: channels exchanged within each group, taps in reverse order.
 *
 * Shape (maps, channels/group, …) becomes (channels, maps/group, …). A kernel that is known now is rearranged now, into
 * an initializer of its own; any other by nodes of the graph.
 */
export function flipTranspose(emit: Emitter, weight: Value, group: number): Value {
  const { constant, shape } = weight;
  const [maps, channels, ...kernel] = shape;
  const grouped = [group, maps / group, channels, ...kernel];
  const result = [group * channels, maps / group, ...kernel];
  if (constant !== undefined) {
    return emit.initializer(rearranged(constant, grouped, result));
  }
  const exchanged = emit.transpose(emit.reshape(weight, grouped), [
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

/** `[g, m, c, k]` of the source becomes `[g, c, m, last − k]`. */
function rearranged(source: Tensor, grouped: readonly number[], shape: readonly number[]): Tensor {
  const [groups, maps, channels, ...kernel] = grouped;
  const taps = sizeOf(kernel);
  const data = allocate(source.dtype, source.data.length);
  let to = 0;
  for (let group = 0; group < groups; group++) {
    for (let channel = 0; channel < channels; channel++) {
      for (let map = 0; map < maps; map++) {
        const from = ((group * maps + map) * channels + channel) * taps;
        for (let tap = taps - 1; tap >= 0; tap--) data[to++] = source.data[from + tap];
      }
    }
  }
  return { dtype: source.dtype, shape, data };
}
