import { emptyClips, type Attention, type ClipSize } from '@msanet/core';
import { Random } from '@msanet/tensor';
import { beforeAll, describe, it } from 'vitest';
import { attentionLaws, type AttentionSubject } from './laws/attention-laws.js';
import { randomClips } from './toy-victims/random-clips.js';

/** An attention to examine. */
export interface AttentionSuite {
  readonly name: string;
  readonly create: () => Promise<Attention> | Attention;
  /** Size of the clip; 4 frames of 12×10 pixels by default. */
  readonly size?: ClipSize;
  /** Largest relative difference of `pullBack` from finite differences; 1e-2 by default. */
  readonly tolerance?: number;
  /** Length of the finite differences, in the space of the parameters; 1e-2 by default. */
  readonly step?: number;
  /** Seed of clip, gradient and parameters; 1 by default. */
  readonly seed?: number;
}

/** The conformance suite of attentions: one test per law of `attentionLaws`. */
export function describeAttention(suite: AttentionSuite): void {
  const { seed = 1, tolerance = 1e-2, step = 1e-2 } = suite;
  const size = suite.size ?? { frames: 4, height: 10, width: 12 };
  describe(`${suite.name} keeps the laws of attentions (seed ${seed})`, () => {
    let subject: AttentionSubject;
    beforeAll(async () => {
      const gradient = emptyClips(1, size);
      new Random(seed).fork('gradient').fillNormal(gradient.data, 0, 1e-3);
      const attention = await suite.create();
      subject = { attention, clip: randomClips(1, size, seed), gradient, tolerance, step, seed };
    });
    it.each(Object.entries(attentionLaws))('%s', (_, law) => law(subject));
  });
}
