import { MsanetError, Random, hash64, type Tensor } from '@msanet/tensor';
import type { AttackContext } from './attack.js';
import type { AttackRequest } from './attack-request.js';
import { clipAt, clipSize, copyClips, type ClipBatch } from './clip.js';
import { toLevels } from './eight-bit.js';
import type { VictimMeter } from './metered-victim.js';
import { project } from './projection.js';
import { roundInsideBudget } from './rounding.js';

/** The clips that are worth attacking, as the base keeps them: the attack never sees these arrays. */
export interface PendingClips {
  /** The clean clips on the 8-bit grid, shape (pending, frames, 3, height, width). */
  readonly clean: ClipBatch;
  /** Where each of them is in the request. */
  readonly indices: readonly number[];
  /** What the attack attached to each. */
  readonly pictures: readonly Map<string, Tensor<'float32'>>[];
}

/** What an attack is given to work on the pending clips of a request. */
export function contextFor(
  request: AttackRequest,
  pending: PendingClips,
  meter: VictimMeter,
  signal: AbortSignal,
): AttackContext {
  const { budget, criteria, seed, onStep } = request;
  const { clean, indices, pictures } = pending;
  const size = clipSize(clean);
  const streams = new Map<number, Random>();

  const known = (clip: number): number => {
    if (indices[clip] !== undefined) return clip;
    throw new MsanetError({
      code: 'ATTACK_FAILED',
      where: `attack ${request.attack.id}`,
      expected: `a clip from 0 to ${indices.length - 1}`,
      got: String(clip),
      remedy: 'use the indices of the clips of the context',
    });
  };
  const stream = (clip: number): Random =>
    new Random(seed, hash64(toLevels(clipAt(clean, known(clip)))));

  return {
    victim: meter,
    // A copy: what the attack does to it cannot move the centre of the budget.
    clips: copyClips(clean),
    criteria: indices.map((index) => criteria[index]),
    budget,
    signal,
    random(clip) {
      const random = streams.get(clip) ?? stream(clip);
      streams.set(clip, random);
      return random;
    },
    project(rows, of) {
      of.forEach((clip, row) =>
        project(clipAt(rows, row), clipAt(clean, known(clip)), budget, size),
      );
    },
    round(rows, of) {
      of.forEach((clip, row) =>
        roundInsideBudget(clipAt(rows, row), clipAt(clean, known(clip)), budget, size),
      );
    },
    report(step) {
      const entries = step.of.map((clip) => meter.ledger[known(clip)]);
      onStep?.({
        ...step,
        of: step.of.map((clip) => indices[clip]),
        queries: entries.map(({ forward, gradient }) => ({ forward, gradient })),
        succeeded: entries.map(({ firstSuccess }) => firstSuccess !== undefined),
      });
    },
    attach(clip, name, picture) {
      pictures[known(clip)].set(name, picture);
    },
  };
}
