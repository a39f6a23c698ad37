import {
  copyClips,
  misclassification,
  norms,
  runAttack,
  selectClips,
  type Attack,
  type AttackContext,
  type AttackOutcome,
  type AttackRequest,
  type ClipBatch,
} from '@msanet/core';
import { labelsOf, toyClips, toyVictim } from './toy-victim.js';

/** An attack that does what the function does, in any norm. */
export function attackThat(
  perturb: (context: AttackContext) => Promise<ClipBatch> | ClipBatch,
  requires: Partial<Attack['requires']> = {},
): Attack {
  return {
    id: 'scripted',
    requires: {
      inputGradient: false,
      norms,
      criteria: ['misclassification', 'targeted'],
      ...requires,
    },
    perturb: async (context) => perturb(context),
  };
}

/** Runs an attack on two clips that the victim takes for what they are, ε = 32/255. */
export async function attacked(
  perturb: (context: AttackContext) => Promise<ClipBatch> | ClipBatch,
  request: Partial<AttackRequest> = {},
): Promise<AttackOutcome> {
  const clips = request.clips ?? toyClips(2);
  const labels = await labelsOf(clips);
  return runAttack({
    attack: attackThat(perturb),
    victim: toyVictim(),
    clips,
    criteria: labels.map(misclassification),
    budget: { norm: 'linf', epsilon: 32 / 255 },
    seed: 1,
    ...request,
  });
}

/** The rows moved by one sign step of that length along the gradient of the margin; one gradient query each. */
export async function stepped(
  context: AttackContext,
  of: readonly number[],
  length: number,
): Promise<ClipBatch> {
  const rows = selectClips(context.clips, of);
  const { gradient } = await context.victim.lossGradient(rows, of, { kind: 'margin' });
  const moved = copyClips(rows);
  moved.data.forEach((value, index) => {
    moved.data[index] = value + length * Math.sign(gradient.data[index]);
  });
  context.round(moved, of);
  return moved;
}
