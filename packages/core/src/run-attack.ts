import { MsanetError, formatShape, isMsanetError, sameShape, type Tensor } from '@msanet/tensor';
import type { AttackContext } from './attack.js';
import { contextFor, type PendingClips } from './attack-context.js';
import type { AttackOutcome, ClipOutcome } from './attack-outcome.js';
import { checkRequest, type AttackRequest } from './attack-request.js';
import { clipAt, copyClips, selectClips, type ClipBatch } from './clip.js';
import { secondsNow } from './clock.js';
import { adversarialMargin, isAdversarial } from './criterion.js';
import { fromLevels, toLevels } from './eight-bit.js';
import { logitsOf } from './logits.js';
import { VictimMeter } from './metered-victim.js';
import { checkLogits } from './victim-answers.js';
import type { VictimModel } from './victim-model.js';

/**
 * Runs an attack and keeps its promises.
 *
 * It checks the clips, budget and capabilities, rounds the clips to 8 bits, seeds one random stream per clip, lets the
 * attack perturb the clips that are not adversarial already, projects its result onto the budget, rounds it to 8 bits
 * inside the budget, asks the victim again and decides success. Where the result is not adversarial, or the attack was
 * interrupted or ran out of queries, the smallest adversarial clip that was asked about on the way is returned.
 *
 * @throws MsanetError `CLIP_INVALID`, `BUDGET_INVALID`, `CAPABILITY_MISSING`, `OPTION_INVALID`, `LABEL_UNKNOWN`,
 *   `ATTACK_FAILED`, `VICTIM_FAILED`, and whatever the victim or the attack throws of its own
 */
export async function runAttack(request: AttackRequest): Promise<AttackOutcome> {
  checkRequest(request);
  const { victim, budget, criteria } = request;
  const signal = request.signal ?? new AbortController().signal;
  const clean = copyClips(request.clips);
  fromLevels(toLevels(clean.data), clean.data);
  const cleanLogits = await logitsFrom(victim, clean);
  const adversarial = copyClips(clean);
  const outcomes: ClipOutcome[] = criteria.map((criterion, clip) => ({
    criterion,
    success: isAdversarial(cleanLogits[clip], criterion),
    alreadyAdversarial: isAdversarial(cleanLogits[clip], criterion),
    cleanLogits: cleanLogits[clip],
    adversarialLogits: cleanLogits[clip],
    margin: adversarialMargin(cleanLogits[clip], criterion),
    queries: { forward: 0, gradient: 0 },
    firstSuccess: undefined,
    pictures: new Map(),
  }));
  const indices = outcomes.flatMap((outcome, clip) => (outcome.alreadyAdversarial ? [] : [clip]));
  if (indices.length === 0) {
    return { clean, adversarial, clips: outcomes, aborted: false, seconds: 0 };
  }

  const pending: PendingClips = {
    clean: selectClips(clean, indices),
    indices,
    pictures: indices.map(() => new Map<string, Tensor<'float32'>>()),
  };
  const meter = new VictimMeter({
    victim,
    clips: pending.clean,
    criteria: indices.map((clip) => criteria[clip]),
    budget,
    queryLimit: request.queryLimit ?? Infinity,
    signal,
  });
  const context = contextFor(request, pending, meter, signal);
  const start = secondsNow();
  const result = await perturb(request, context, pending);
  const seconds = secondsNow() - start;
  const aborted = signal.aborted;

  const judged = await judge(victim, result, context, meter);
  indices.forEach((clip, row) => {
    const { forward, gradient, firstSuccess } = meter.ledger[row];
    const adversarialLogits = judged.logits[row];
    clipAt(adversarial, clip).set(clipAt(judged.clips, row));
    outcomes[clip] = {
      ...outcomes[clip],
      success: isAdversarial(adversarialLogits, criteria[clip]),
      adversarialLogits,
      margin: adversarialMargin(adversarialLogits, criteria[clip]),
      queries: { forward, gradient },
      firstSuccess,
      pictures: pending.pictures[row],
    };
  });
  return { clean, adversarial, clips: outcomes, aborted, seconds };
}

/** The victim's logits, one row of shape (classes) per clip. */
async function logitsFrom(victim: VictimModel, clips: ClipBatch): Promise<Float32Array[]> {
  const logits = await victim.predict(clips);
  checkLogits(logits, clips.shape[0], victim);
  return Array.from({ length: clips.shape[0] }, (_, row) => logitsOf(logits, row).slice());
}

/** Lets the attack work; an interruption or an exhausted query limit ends it with the clean clips for a result. */
async function perturb(
  { attack }: AttackRequest,
  context: AttackContext,
  { clean }: PendingClips,
): Promise<ClipBatch> {
  let result: ClipBatch;
  try {
    result = await attack.perturb(context);
  } catch (error) {
    const stopped =
      isMsanetError(error) && (error.code === 'ABORTED' || error.code === 'QUERY_LIMIT');
    if (!stopped) throw error;
    return copyClips(clean);
  }
  const fits = result?.data instanceof Float32Array && sameShape(result.shape, clean.shape);
  if (!fits || result.data.length !== clean.data.length) {
    throw new MsanetError({
      code: 'ATTACK_FAILED',
      where: `attack ${attack.id}`,
      expected: `float32 clips of shape ${formatShape(clean.shape)}`,
      got: result?.shape === undefined ? String(result) : formatShape(result.shape),
      remedy: 'correct the attack plugin',
    });
  }
  const kept = copyClips(result);
  for (let index = 0; index < kept.data.length; index++) {
    // A value that is no finite number cannot be shown; it counts as unperturbed.
    if (!Number.isFinite(kept.data[index])) kept.data[index] = clean.data[index];
  }
  return kept;
}

/** The clips to return, and what the victim says about exactly them. */
interface JudgedClips {
  readonly clips: ClipBatch;
  readonly logits: readonly Float32Array[];
}

/**
 * The clip to return for each attacked clip: the attack's own result, projected and rounded, if the victim finds it
 * adversarial; else the smallest adversarial clip seen on the way; else the attack's result.
 */
async function judge(
  victim: VictimModel,
  clips: ClipBatch,
  context: AttackContext,
  meter: VictimMeter,
): Promise<JudgedClips> {
  const all = meter.ledger.map((_, clip) => clip);
  context.round(clips, all);
  const logits = await logitsFrom(victim, clips);
  const replaced = all.filter((clip) => {
    const { best } = meter.ledger[clip];
    if (best === undefined || isAdversarial(logits[clip], context.criteria[clip])) return false;
    fromLevels(best.levels, clipAt(clips, clip));
    return true;
  });
  if (replaced.length > 0) {
    const again = await logitsFrom(victim, selectClips(clips, replaced));
    replaced.forEach((clip, row) => (logits[clip] = again[row]));
  }
  return { clips, logits };
}
