import { checkLoss, softmax, topClasses, type Loss } from '@msanet/core';

/** A loss of one clip and its derivative with respect to the clip's logits. */
export interface LogitLoss {
  readonly loss: number;
  /** Shape (classes). */
  readonly gradient: Float64Array;
}

/** Keeps DLR's quotient finite where the logits it is scaled by are equal, as its authors' code does. */
const smallestScale = 1e-12;

/**
 * Evaluates a loss at one clip's logits, in float64, with its exact gradient; the formulas are those of core's `Loss`.
 *
 * Where a maximum is tied, the first class counts. A capped margin has gradient zero from the cap on.
 *
 * @param logits shape (classes)
 * @param row which clip of the loss it is
 * @throws MsanetError `OPTION_INVALID` or `LABEL_UNKNOWN`, as `checkLoss`
 */
export function lossAtLogits(logits: ArrayLike<number>, loss: Loss, row: number): LogitLoss {
  const classes = logits.length;
  const batch = 'labels' in loss ? loss.labels.length : loss.targets.length;
  checkLoss(loss, batch, classes, 'toy victim');
  const scores = Float64Array.from(logits);
  switch (loss.kind) {
    case 'cross-entropy':
      return scaled(logProbability(scores, loss.labels[row]), -1);
    case 'targeted-cross-entropy':
      return logProbability(scores, loss.targets[row]);
    case 'margin':
      return capped(scaled(lead(scores, loss.labels[row]), -1), loss.confidence);
    case 'targeted-margin':
      return capped(lead(scores, loss.targets[row]), loss.confidence);
    case 'dlr': {
      const [first, , third] = topClasses(scores, 3);
      const scale = combination(scores, [
        [first, 1],
        [third, -1],
      ]);
      return quotient(scaled(lead(scores, loss.labels[row]), -1), scale);
    }
    case 'targeted-dlr': {
      const [first, , third, fourth] = topClasses(scores, 4);
      const scale = combination(scores, [
        [first, 1],
        [third, -1 / 2],
        [fourth, -1 / 2],
      ]);
      return quotient(difference(scores, loss.labels[row], loss.targets[row]), scale);
    }
    case 'logit-difference':
      return difference(scores, loss.labels[row], loss.targets[row]);
  }
}

/** log softmax(z)_k = z_k − log Σ exp z; its gradient is the indicator of k minus softmax(z). */
function logProbability(scores: Float64Array, chosen: number): LogitLoss {
  const probabilities = softmax(scores);
  const highest = Math.max(...scores);
  const sum = scores.reduce((total, score) => total + Math.exp(score - highest), 0);
  const gradient = probabilities.map((probability) => -probability);
  gradient[chosen] += 1;
  return { loss: scores[chosen] - highest - Math.log(sum), gradient };
}

/** z_k − max over j ≠ k of z_j. */
function lead(scores: Float64Array, chosen: number): LogitLoss {
  const [other] = topClasses(scores, 2).filter((index) => index !== chosen);
  return combination(scores, [
    [chosen, 1],
    [other, -1],
  ]);
}

/** z_t − z_y. */
function difference(scores: Float64Array, label: number, target: number): LogitLoss {
  return combination(scores, [
    [target, 1],
    [label, -1],
  ]);
}

/** Σ c · z_k over terms (k, c). */
function combination(
  scores: Float64Array,
  terms: readonly (readonly [number, number])[],
): LogitLoss {
  const gradient = new Float64Array(scores.length);
  let loss = 0;
  for (const [index, factor] of terms) {
    loss += factor * scores[index];
    gradient[index] += factor;
  }
  return { loss, gradient };
}

function scaled({ loss, gradient }: LogitLoss, factor: number): LogitLoss {
  return { loss: factor * loss, gradient: gradient.map((value) => factor * value) };
}

function capped(margin: LogitLoss, confidence: number | undefined): LogitLoss {
  if (confidence === undefined || margin.loss < confidence) return margin;
  return { loss: confidence, gradient: new Float64Array(margin.gradient.length) };
}

/** a / (b + 1e-12), by the quotient rule. */
function quotient(numerator: LogitLoss, denominator: LogitLoss): LogitLoss {
  const scale = denominator.loss + smallestScale;
  const loss = numerator.loss / scale;
  const gradient = numerator.gradient.map(
    (value, index) => (value - loss * denominator.gradient[index]) / scale,
  );
  return { loss, gradient };
}
