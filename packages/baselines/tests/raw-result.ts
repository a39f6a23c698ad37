import {
  argmax,
  createFrom,
  logitsOf,
  misclassification,
  runAttack,
  type AttackOutcome,
  type AttackPlugin,
  type AttackRequest,
  type ClipBatch,
  type Criterion,
  type VictimModel,
} from '@msanet/core';
import { noDependencies } from './no-dependencies.js';

/** An outcome, with what the attack itself returned: float clips, before the base projected and rounded them. */
export interface RawOutcome extends AttackOutcome {
  readonly raw: ClipBatch;
}

/** Runs a baseline; untargeted, on clips that the victim takes for what they are, unless criteria are given. */
export async function attackWith(
  plugin: AttackPlugin,
  options: Readonly<Record<string, unknown>>,
  request: Pick<AttackRequest, 'victim' | 'clips' | 'budget'> & Partial<AttackRequest>,
): Promise<RawOutcome> {
  const attack = await createFrom(plugin, noDependencies, options);
  let raw: ClipBatch = { ...request.clips, data: new Float32Array(0) };
  const outcome = await runAttack({
    seed: 1,
    ...request,
    criteria: request.criteria ?? (await ownLabels(request.victim, request.clips)),
    attack: {
      id: attack.id,
      requires: attack.requires,
      async perturb(context) {
        const result = await attack.perturb(context);
        raw = { ...result, data: result.data.slice() };
        return result;
      },
    },
  });
  return { ...outcome, raw };
}

/** Untargeted criteria with the victim's own first choices. */
export async function ownLabels(victim: VictimModel, clips: ClipBatch): Promise<Criterion[]> {
  const logits = await victim.predict(clips);
  return Array.from({ length: clips.shape[0] }, (_, clip) =>
    misclassification(argmax(logitsOf(logits, clip))),
  );
}
