import { softmax, topClasses } from '@msanet/core';

/** One class of a prediction. */
export interface ClassScore {
  readonly index: number;
  readonly label: string;
  /** Softmax of the logits. */
  readonly probability: number;
  readonly logit: number;
}

/** The `count` most probable classes of one clip's logits, most probable first. */
export function topScores(
  logits: Float32Array,
  labels: readonly string[],
  count: number,
): ClassScore[] {
  const probabilities = softmax(logits);
  return topClasses(logits, count).map((index) => ({
    index,
    label: labels[index],
    probability: probabilities[index],
    logit: logits[index],
  }));
}

/** The score of one class. */
export function scoreOf(
  logits: Float32Array,
  labels: readonly string[],
  index: number,
): ClassScore {
  return {
    index,
    label: labels[index],
    probability: softmax(logits)[index],
    logit: logits[index],
  };
}
