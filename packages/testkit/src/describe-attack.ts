import type { Attack, Budget, ClipBatch, Norm, VictimModel } from '@msanet/core';
import { beforeAll, describe, it } from 'vitest';
import { attackLaws } from './laws/attack-laws.js';
import { toyBudgets, type AttackSubject } from './laws/attack-subject.js';
import { randomClips } from './toy-victims/random-clips.js';
import { smoothVictim } from './toy-victims/smooth-victim.js';

/** An attack to examine. */
export interface AttackSuite {
  readonly name: string;
  readonly create: () => Promise<Attack> | Attack;
  /** Makes a victim, deterministic and with input gradients; the smooth toy victim by default. */
  readonly victim?: () => VictimModel;
  /** At least three different clips; random ones by default. */
  readonly clips?: ClipBatch;
  /** Budgets to use instead of the default of their norm. */
  readonly budgets?: Partial<Record<Norm, Budget>>;
  /** Seed of clips and attack; 1 by default. */
  readonly seed?: number;
}

/** The conformance suite of attacks: one test per law of `attackLaws`. */
export function describeAttack(suite: AttackSuite): void {
  const { seed = 1 } = suite;
  describe(`${suite.name} keeps the laws of attacks (seed ${seed})`, () => {
    let subject: AttackSubject;
    beforeAll(() => {
      const victim =
        suite.victim ?? ((): VictimModel => smoothVictim({ classes: 4, size: toySize }));
      const clips = suite.clips ?? randomClips(3, victim().input, seed);
      const budgets = { ...toyBudgets(clips), ...suite.budgets };
      subject = { create: suite.create, victim, clips, budgets, seed };
    });
    it.each(Object.entries(attackLaws))('%s', (_, law) => law(subject));
  });
}

const toySize = { frames: 3, height: 4, width: 5 };
