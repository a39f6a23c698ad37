import { areFinite } from '@msanet/simd';
import { MsanetError, formatShape, sameShape } from '@msanet/tensor';
import type { ClipBatch } from './clip.js';
import type { Logits } from './logits.js';
import type { LossGradient, VictimModel } from './victim-model.js';

/**
 * Checks that a victim's logits are one row of scores per clip, none of them NaN. An answer that is not a number would
 * otherwise pass for a misclassification.
 *
 * @throws MsanetError `VICTIM_FAILED`
 */
export function checkLogits(logits: Logits, batch: number, victim: VictimModel): void {
  const shape = [batch, victim.labels.length];
  if (!sameShape(logits.shape, shape) || logits.data.length !== batch * victim.labels.length) {
    throw broken(victim, `logits of shape ${formatShape(shape)}`, formatShape(logits.shape));
  }
  if (logits.data.some(Number.isNaN)) throw broken(victim, 'logits that are numbers', 'NaN');
}

/**
 * Checks that a victim's loss gradient fits the clips and is finite.
 *
 * @throws MsanetError `VICTIM_FAILED`
 */
export function checkLossGradient(
  { logits, loss, gradient }: LossGradient,
  clips: ClipBatch,
  victim: VictimModel,
): void {
  const batch = clips.shape[0];
  checkLogits(logits, batch, victim);
  if (loss.length !== batch) throw broken(victim, `${batch} losses`, String(loss.length));
  if (loss.some(Number.isNaN)) throw broken(victim, 'losses that are numbers', 'NaN');
  if (!sameShape(gradient.shape, clips.shape) || gradient.data.length !== clips.data.length) {
    const expected = `a gradient of shape ${formatShape(clips.shape)}`;
    throw broken(victim, expected, formatShape(gradient.shape));
  }
  if (!areFinite(gradient.data))
    throw broken(victim, 'a gradient of finite values', 'NaN or infinity');
}

function broken(victim: VictimModel, expected: string, got: string): MsanetError {
  return new MsanetError({
    code: 'VICTIM_FAILED',
    where: `victim ${victim.id}`,
    expected,
    got,
    remedy: 'correct the victim model',
  });
}
