import { MsanetError } from '@msanet/tensor';
import { checkClips, clipLength, emptyClips, type ClipBatch } from './clip.js';
import type { VictimModel } from './victim-model.js';

/**
 * The victim as it sees a longer clip: it gathers its own frames, and scatters its gradient back to them.
 *
 * So one adversarial clip can be judged by victims that sample different frames of the same video. A frame that the
 * victim uses twice receives the sum of both gradients; a frame that it does not use receives zero. Disposing it
 * disposes the victim.
 *
 * @param indices which frames of the longer clip the victim sees, in the order of its input
 * @param frames frames of the longer clip
 * @throws MsanetError `SHAPE_MISMATCH` when there is not one index per frame of the victim's input, or one is outside
 */
export function onFrames(
  victim: VictimModel,
  indices: readonly number[],
  frames: number,
): VictimModel {
  const own = victim.input;
  if (
    indices.length !== own.frames ||
    indices.some((index) => !Number.isInteger(index) || index < 0 || index >= frames)
  ) {
    throw new MsanetError({
      code: 'SHAPE_MISMATCH',
      where: `victim ${victim.id} on frames`,
      expected: `${own.frames} frame indices from 0 to ${frames - 1}`,
      got: `[${indices.join(', ')}]`,
      remedy: 'sample the indices with the sampling of the victim',
    });
  }
  const input = { ...own, frames };
  const frameLength = 3 * own.height * own.width;
  const seesAll = frames === own.frames && indices.every((index, frame) => index === frame);

  function gather(clips: ClipBatch): ClipBatch {
    checkClips(clips, input, `victim ${victim.id}`);
    if (seesAll) return clips;
    const batch = clips.shape[0];
    const gathered = emptyClips(batch, own);
    for (let clip = 0; clip < batch; clip++) {
      indices.forEach((index, frame) => {
        const from = clip * clipLength(clips) + index * frameLength;
        const to = clip * clipLength(gathered) + frame * frameLength;
        gathered.data.set(clips.data.subarray(from, from + frameLength), to);
      });
    }
    return gathered;
  }

  function scatter(gradient: ClipBatch): ClipBatch {
    if (seesAll) return gradient;
    const batch = gradient.shape[0];
    const scattered = emptyClips(batch, input);
    for (let clip = 0; clip < batch; clip++) {
      indices.forEach((index, frame) => {
        const from = clip * clipLength(gradient) + frame * frameLength;
        const to = clip * clipLength(scattered) + index * frameLength;
        const values = gradient.data.subarray(from, from + frameLength);
        if (indices.indexOf(index) === frame) scattered.data.set(values, to);
        else addTo(scattered.data.subarray(to, to + frameLength), values);
      });
    }
    return scattered;
  }

  return {
    id: victim.id,
    labels: victim.labels,
    input,
    sampling: {
      description: `frames ${indices.join(', ')} of the first ${frames}`,
      indices: (frameCount) =>
        Array.from({ length: frames }, (_, frame) => Math.min(frame, frameCount - 1)),
    },
    geometry: victim.geometry,
    supports: victim.supports,
    predict: async (clips) => victim.predict(gather(clips)),
    async lossGradient(clips, loss) {
      const result = await victim.lossGradient(gather(clips), loss);
      return { ...result, gradient: scatter(result.gradient) };
    },
    dispose: () => victim.dispose(),
  };
}

function addTo(sums: Float32Array, values: Float32Array): void {
  for (let index = 0; index < sums.length; index++) sums[index] += values[index];
}
