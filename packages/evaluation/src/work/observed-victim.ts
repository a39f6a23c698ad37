import type { ClipBatch, VictimModel } from '@msanet/core';
import { gradientShape, type GradientShape } from '../sanity/gradient.js';

/** A victim that is watched while it is attacked. */
export interface ObservedVictim {
  readonly victim: VictimModel;
  /** What its first gradient looked like; `undefined` before there was one. */
  readonly firstGradient: () => GradientShape | undefined;
}

/**
 * Watches a victim, and saves it the question that has been asked already: what it says of the clean clip.
 *
 * @param clean a batch of one clip
 * @param logits its answer to that
 */
export function observedVictim(
  victim: VictimModel,
  clean: ClipBatch,
  logits: Float32Array,
): ObservedVictim {
  let first: GradientShape | undefined;
  const isClean = ({ shape, data }: ClipBatch): boolean =>
    shape[0] === 1 && data.every((value, index) => value === clean.data[index]);
  return {
    firstGradient: () => first,
    victim: {
      id: victim.id,
      labels: victim.labels,
      input: victim.input,
      sampling: victim.sampling,
      geometry: victim.geometry,
      supports: victim.supports,
      async predict(clips) {
        // A victim that may answer differently must be asked.
        if (!victim.supports.deterministic || !isClean(clips)) return victim.predict(clips);
        return { dtype: 'float32', shape: [1, logits.length], data: logits.slice() };
      },
      async lossGradient(clips, loss) {
        const answer = await victim.lossGradient(clips, loss);
        first ??= gradientShape(answer.gradient.data);
        return answer;
      },
      dispose: () => victim.dispose(),
    },
  };
}
