import type { ClipBatch, VictimModel } from '@msanet/core';
import { gradientShape, type GradientShape } from '../sanity/gradient.js';

/** A victim that is watched while it is attacked. */
export interface ObservedVictim {
  readonly victim: VictimModel;
  /** What its first gradient looked like; `undefined` before there was one. */
  readonly firstGradient: () => GradientShape | undefined;
}

/**
 * Watches a victim, and saves it questions that it has just answered: about the clean clip, and about the clip that it was
 * asked about last, which often is the one that is judged in the end.
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
  let latest: Answer = { values: clean.data, logits };
  const answerTo = ({ shape, data }: ClipBatch): Answer | undefined =>
    shape[0] === 1
      ? [latest, { values: clean.data, logits }].find(({ values }) => sameValues(values, data))
      : undefined;
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
        if (!victim.supports.deterministic) return victim.predict(clips);
        const known = answerTo(clips);
        if (known !== undefined) {
          const { length } = known.logits;
          return { dtype: 'float32', shape: [1, length], data: known.logits.slice() };
        }
        const answer = await victim.predict(clips);
        if (clips.shape[0] === 1) {
          latest = { values: clips.data.slice(), logits: answer.data.slice() };
        }
        return answer;
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

/** A question about one clip, with its answer. */
interface Answer {
  readonly values: Float32Array;
  readonly logits: Float32Array;
}

function sameValues(a: Float32Array, b: Float32Array): boolean {
  return a.length === b.length && a.every((value, index) => value === b[index]);
}
