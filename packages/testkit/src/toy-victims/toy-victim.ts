import {
  MsanetError,
  checkClips,
  checkLoss,
  clipAt,
  clipLength,
  emptyClips,
  type ClipBatch,
  type ClipSize,
  type VictimModel,
} from '@msanet/core';
import { zeros } from '@msanet/tensor';
import { lossAtLogits } from './loss-gradient.js';

/** A function of one clip with a hand-written derivative, in float64. */
export interface ToyNetwork {
  /** @param clip shape (frames, 3, height, width) @returns logits, shape (classes) */
  forward(clip: Float32Array): Float64Array;
  /**
   * Pulls a gradient on the logits back to the clip.
   *
   * @returns shape of the clip
   */
  backward(clip: Float32Array, logitGradient: Float64Array): Float64Array;
}

/** What a toy victim is made of. */
export interface ToyVictimOptions {
  readonly id: string;
  readonly classes: number;
  readonly size: ClipSize;
  readonly network: ToyNetwork;
}

/** Wraps a network as a victim model that keeps every rule of the contract. */
export function toyVictim({ id, classes, size, network }: ToyVictimOptions): VictimModel {
  const labels = Array.from({ length: classes }, (_, index) => `class-${index}`);
  const where = `victim ${id}`;
  let disposed = false;

  const check = (clips: ClipBatch): void => {
    if (disposed) {
      throw new MsanetError({
        code: 'DISPOSED',
        where,
        expected: 'a victim in use',
        got: 'one that was disposed',
        remedy: 'create another',
      });
    }
    checkClips(clips, size, where);
  };

  return {
    id,
    labels,
    input: size,
    sampling: {
      description: `the first ${size.frames} frames, the last one repeated`,
      indices: (frameCount) =>
        Array.from({ length: size.frames }, (_, frame) => Math.min(frame, frameCount - 1)),
    },
    geometry: { shortSide: Math.max(size.height, size.width) },
    supports: { inputGradient: true, deterministic: true },
    async predict(clips) {
      check(clips);
      const logits = zeros('float32', [clips.shape[0], classes]);
      for (let clip = 0; clip < clips.shape[0]; clip++) {
        logits.data.set(network.forward(clipAt(clips, clip)), clip * classes);
      }
      return logits;
    },
    async lossGradient(clips, loss) {
      check(clips);
      const batch = clips.shape[0];
      checkLoss(loss, batch, classes, where);
      const logits = zeros('float32', [batch, classes]);
      const losses = new Float32Array(batch);
      const gradient = emptyClips(batch, size);
      for (let clip = 0; clip < batch; clip++) {
        const scores = network.forward(clipAt(clips, clip));
        const atLogits = lossAtLogits(scores, loss, clip);
        logits.data.set(scores, clip * classes);
        losses[clip] = atLogits.loss;
        const pulledBack = network.backward(clipAt(clips, clip), atLogits.gradient);
        gradient.data.set(pulledBack, clip * clipLength(clips));
      }
      return { logits, loss: losses, gradient };
    },
    async dispose() {
      disposed = true;
    },
  };
}
