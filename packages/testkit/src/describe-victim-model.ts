import type { ClipBatch, LossKind, VictimModel } from '@msanet/core';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { victimLaws } from './laws/victim-laws.js';
import { lossesFor, type VictimSubject, type VictimTolerance } from './laws/victim-subject.js';
import { randomClips } from './toy-victims/random-clips.js';

/** A victim model to examine. */
export interface VictimSuite {
  readonly name: string;
  readonly create: () => Promise<VictimModel> | VictimModel;
  /** At least two different clips for it; random ones by default. */
  readonly clips?: (victim: VictimModel) => ClipBatch;
  /** The losses to try; by default all that are defined for its number of classes. */
  readonly losses?: readonly LossKind[];
  /** By default 1e-5 for values and 1e-2 for gradients. */
  readonly tolerance?: Partial<VictimTolerance>;
  /** Seed of clips and classes; 1 by default. */
  readonly seed?: number;
}

/** The conformance suite of victim models: one test per law of `victimLaws`. */
export function describeVictimModel(suite: VictimSuite): void {
  const { seed = 1 } = suite;
  describe(`${suite.name} keeps the laws of victim models (seed ${seed})`, () => {
    let subject: VictimSubject;
    beforeAll(async () => {
      const victim = await suite.create();
      subject = {
        victim,
        create: suite.create,
        clips: suite.clips?.(victim) ?? randomClips(2, victim.input, seed),
        losses: suite.losses ?? lossesFor(victim.labels.length),
        tolerance: { value: 1e-5, gradient: 1e-2, ...suite.tolerance },
        seed,
      };
    });
    afterAll(() => subject?.victim.dispose());
    it.each(Object.entries(victimLaws))('%s', (_, law) => law(subject));
  });
}
