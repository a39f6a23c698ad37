import {
  MsanetError,
  argmax,
  checkClips,
  clipAt,
  clipLength,
  emptyClips,
  logitsOf,
  type ClipBatch,
  type ClipSize,
  type Logits,
  type Loss,
  type LossGradient,
  type VictimModel,
} from '@msanet/core';
import { Random } from '@msanet/tensor';

/** The size of clip that the toy victim takes. */
export const size: ClipSize = { frames: 2, height: 2, width: 3 };

/** A question to the toy victim. */
export interface Question {
  readonly kind: 'forward' | 'gradient';
  readonly clips: ClipBatch;
  readonly loss?: Loss;
}

/** A toy victim, with the questions it was asked. */
export interface ToyVictim extends VictimModel {
  readonly questions: Question[];
}

/**
 * A victim of three classes whose logits are weighted sums of the clip, and whose only loss is the margin.
 *
 * The weights depend on the position, so that every value of a clip matters.
 */
export function toyVictim(faults: Partial<VictimModel> = {}): ToyVictim {
  const length = 3 * size.frames * size.height * size.width;
  const weights = [1, 2, 3].map((seed) =>
    new Random(seed).fillNormal(new Float64Array(length), 0, 0.3),
  );
  const questions: Question[] = [];

  function logitsFor(clips: ClipBatch): Logits {
    checkClips(clips, size, 'victim toy');
    const batch = clips.shape[0];
    const data = new Float32Array(batch * 3);
    for (let clip = 0; clip < batch; clip++) {
      weights.forEach((row, label) => {
        const values = clipAt(clips, clip);
        data[clip * 3 + label] = row.reduce((sum, weight, at) => sum + weight * values[at], 0);
      });
    }
    return { dtype: 'float32', shape: [batch, 3], data };
  }

  return {
    id: 'toy',
    labels: ['run', 'walk', 'jump'],
    input: size,
    sampling: {
      description: 'all',
      indices: (count) => Array.from({ length: count }, (_, i) => i),
    },
    geometry: { shortSide: 3 },
    supports: { inputGradient: true, deterministic: true },
    questions,
    async predict(clips) {
      questions.push({ kind: 'forward', clips });
      return logitsFor(clips);
    },
    async lossGradient(clips, loss): Promise<LossGradient> {
      questions.push({ kind: 'gradient', clips, loss });
      if (loss.kind !== 'margin' && loss.kind !== 'targeted-margin') {
        throw new MsanetError({
          code: 'CAPABILITY_MISSING',
          where: 'victim toy',
          expected: 'a margin loss',
          got: loss.kind,
          remedy: 'this toy knows no other',
        });
      }
      const logits = logitsFor(clips);
      const gradient = emptyClips(clips.shape[0], size);
      const values = new Float32Array(clips.shape[0]);
      for (let clip = 0; clip < clips.shape[0]; clip++) {
        const scores = logitsOf(logits, clip);
        const chosen = loss.kind === 'margin' ? loss.labels[clip] : loss.targets[clip];
        const other = argmax(scores.map((score, label) => (label === chosen ? -Infinity : score)));
        const [up, down] = loss.kind === 'margin' ? [other, chosen] : [chosen, other];
        values[clip] = scores[up] - scores[down];
        clipAt(gradient, clip).set(weights[up].map((weight, at) => weight - weights[down][at]));
      }
      return { logits, loss: values, gradient };
    },
    dispose: async () => undefined,
    ...faults,
  };
}

/** Clips on the 8-bit grid for the toy victim, all different. */
export function toyClips(batch: number, seed = 1): ClipBatch {
  const random = new Random(seed);
  const clips = emptyClips(batch, size);
  for (let index = 0; index < batch * clipLength(clips); index++) {
    clips.data[index] = Math.fround(random.integer(256) / 255);
  }
  return clips;
}

/** What the toy victim takes each clip for. */
export async function labelsOf(clips: ClipBatch): Promise<number[]> {
  const logits = await toyVictim().predict(clips);
  return Array.from({ length: clips.shape[0] }, (_, clip) => argmax(logitsOf(logits, clip)));
}
