import type { ClipSize } from '@msanet/core';
import type { Model, ValueInfo } from '@msanet/onnx';
import { MsanetError, sameShape, type Shape } from '@msanet/tensor';

/**
 * Checks that a forward graph takes `clips` (batch, frames, 3, height, width) and gives `logits` (batch, classes).
 *
 * @returns the number of classes
 * @throws MsanetError `MODEL_UNSUPPORTED`
 */
export function checkForwardGraph(
  { graph }: Model,
  { batch, input }: { readonly batch: number; readonly input: ClipSize },
  where: string,
): number {
  const clips = [batch, input.frames, 3, input.height, input.width];
  const inputs = graph.inputs.filter(({ name }) => !graph.initializers.has(name));
  const [fed] = inputs;
  const takesClips =
    inputs.length === 1 && fed.name === 'clips' && fed.dtype === 'float32' && isShape(fed, clips);
  if (!takesClips) {
    throw unsupported(where, `one input clips of float32 (${clips.join(', ')})`, inputs);
  }
  const [logits] = graph.outputs;
  const classes = logits?.shape?.[1];
  const givesLogits =
    graph.outputs.length === 1 &&
    logits.name === 'logits' &&
    logits.dtype === 'float32' &&
    typeof classes === 'number' &&
    classes >= 2 &&
    isShape(logits, [batch, classes]);
  if (givesLogits) return classes;
  const expected = `one output logits of float32 (${batch}, classes), for at least two classes`;
  throw unsupported(where, expected, graph.outputs);
}

/** A `MODEL_UNSUPPORTED` error about a graph's inputs or outputs. */
export function unsupported(
  where: string,
  expected: string,
  got: readonly ValueInfo[],
): MsanetError {
  return new MsanetError({
    code: 'MODEL_UNSUPPORTED',
    where,
    expected,
    got: got.length === 0 ? 'none' : got.map(describeValue).join(' and '),
    remedy: 'export the model again with that form',
  });
}

/** A declared value as people write it: `clips of float32 (1, 8, 3, 224, 224)`. */
export function describeValue({ name, dtype, shape }: ValueInfo): string {
  const axes = shape?.map((length) => length ?? '?').join(', ') ?? 'unknown shape';
  return `${name} of ${dtype} (${axes})`;
}

function isShape({ shape }: ValueInfo, expected: Shape): boolean {
  return (
    shape !== undefined &&
    shape.every((length) => typeof length === 'number') &&
    sameShape(shape as Shape, expected)
  );
}
