import type { Loss } from '@msanet/core';
import { writeNpy } from '@msanet/tensor';
import { writeFileAtomically } from '@msanet/video';
import { parseLabel } from '../../arguments/label.js';
import { readClip } from '../../files/read-clip.js';
import type { TaskContext } from '../task.js';
import { withVictim, type VictimArguments } from '../victim-session.js';

/** Which gradient to compute. */
export interface GradientArguments extends VictimArguments {
  readonly input: string;
  /** Class index or name that the loss is about. */
  readonly label: string;
  readonly loss: 'cross-entropy' | 'margin' | 'dlr';
  /** Where the gradient goes, as `.npy`. */
  readonly out: string;
}

/** The loss gradient of one input. */
export interface GradientResult {
  readonly input: string;
  readonly victim: string;
  readonly device: string;
  readonly label: { readonly index: number; readonly name: string };
  readonly lossKind: GradientArguments['loss'];
  readonly loss: number;
  readonly logits: readonly number[];
  readonly gradient: {
    /** The `.npy` file, float32. */
    readonly file: string;
    /** (frames, 3, height, width) */
    readonly shape: readonly number[];
    readonly l2: number;
    readonly l2PerFrame: readonly number[];
    readonly frameIndices: readonly number[];
  };
}

/** Computes the gradient of a loss with respect to the values of the clip in [0, 1], and writes it as `.npy`. */
export function gradient(input: GradientArguments, context: TaskContext): Promise<GradientResult> {
  return withVictim(input, context, async ({ victim, device }) => {
    const index = parseLabel(input.label, victim.labels, '--label');
    const { clip, frameIndices } = await readClip(input.input, victim, context);
    const loss: Loss = { kind: input.loss, labels: [index] };
    const result = await victim.lossGradient(clip, loss);
    const shape = clip.shape.slice(1);
    const { data } = result.gradient;
    await writeFileAtomically(input.out, writeNpy({ dtype: 'float32', shape, data }));
    const frameLength = data.length / shape[0];
    const l2PerFrame = Array.from({ length: shape[0] }, (_, frame) =>
      euclideanNorm(data.subarray(frame * frameLength, (frame + 1) * frameLength)),
    );
    return {
      input: input.input,
      victim: victim.id,
      device,
      label: { index, name: victim.labels[index] },
      lossKind: input.loss,
      loss: result.loss[0],
      logits: Array.from(result.logits.data),
      gradient: { file: input.out, shape, l2: euclideanNorm(data), l2PerFrame, frameIndices },
    };
  });
}

function euclideanNorm(values: Float32Array): number {
  let squares = 0;
  for (const value of values) squares += value * value;
  return Math.sqrt(squares);
}
