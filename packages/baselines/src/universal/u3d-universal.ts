import { clipAt, type AttackRequirements } from '@msanet/core';
import { moveAlong } from '@msanet/simd';
import { Random } from '@msanet/tensor';
import { z } from 'zod';
import { judgementAt } from '../smallest-perturbation/search.js';
import { noiseBounds, proceduralNoise, type NoiseParameters } from '../video/procedural-noise.js';
import { FitQuestions } from './fit-questions.js';
import { fitRadius } from './fit-options.js';
import { particleSwarm } from './particle-swarm.js';
import { defineUniversal } from './universal-attack.js';

const requires: AttackRequirements = {
  inputGradient: false,
  norms: ['linf'],
  criteria: ['misclassification', 'targeted'],
};

const names = Object.keys(noiseBounds) as (keyof NoiseParameters)[];

/**
 * The search of U3D: the parameters of three-dimensional procedural noise by particle swarm, so that the noise, rolled in
 * time by a random offset for each clip, does most harm (Xie et al., S&P 2022, section 4.2).
 *
 * Black box. Norm `linf`; untargeted and targeted. A set of parameters costs one forward query per clip: particles ·
 * (iterations + 1) · clips in all. The paper maximises the distance of intermediate features of a surrogate, which a victim
 * does not show; here it is the mean margin of logits.
 *
 * 20 particles, 40 iterations, inertia 1.2 and pulls of 2 are those of the re-implementation alarst13/u3d, and so are the
 * bounds of the parameters.
 */
export const u3dUniversal = defineUniversal({
  id: 'u3d-universal',
  summary: 'Universal procedural noise, its parameters searched by particle swarm.',
  source:
    'S. Xie et al., Universal 3-Dimensional Perturbations for Black-Box Attacks on Video Recognition Systems, S&P 2022',
  requires,
  options: z.strictObject({
    particles: z.int().min(1).default(20).describe('Particles of the swarm.'),
    iterations: z.int().min(0).default(40).describe('Moves of each particle.'),
    inertia: z.number().nonnegative().default(1.2).describe('Share of the velocity that is kept.'),
    cognitive: z.number().nonnegative().default(2).describe('Pull towards a particle’s own best.'),
    social: z.number().nonnegative().default(2).describe('Pull towards the best of all.'),
    pattern: z.int().min(0).default(0).describe('Seed of the noise.'),
    shifted: z
      .boolean()
      .default(true)
      .describe('Whether the noise is rolled in time at random, clip by clip, while it is fitted.'),
  }),
  async fit(request, { pattern, shifted, ...swarm }) {
    const { victim, clips, budget, seed, signal, onStep } = request;
    const size = victim.input;
    const { frames, height, width } = size;
    const epsilon = fitRadius(budget);
    const area = height * width;
    const questions = new FitQuestions(victim);
    const random = new Random(seed);
    const point = new Float32Array(frames * 3 * area);
    const parametersOf = (place: readonly number[]): NoiseParameters => {
      const [octaves, wavelengthX, wavelengthY, wavelengthT, period] = place;
      return { octaves: Math.round(octaves), wavelengthX, wavelengthY, wavelengthT, period };
    };
    let step = 0;

    /** Mean margin of the clips under the noise of some parameters; none after an interruption. */
    const harm = async (place: readonly number[]): Promise<number | undefined> => {
      const noise = proceduralNoise(parametersOf(place), size, pattern);
      let sum = 0;
      let seen = 0;
      for await (const { clip, criterion } of clips) {
        if (signal?.aborted) return undefined;
        const clean = clipAt(clip, 0);
        const offset = shifted ? random.integer(frames) : 0;
        for (let frame = 0; frame < frames; frame++) {
          const rolled = (frame + offset) % frames;
          const pattern = noise.subarray(rolled * area, (rolled + 1) * area);
          for (let channel = 3 * frame; channel < 3 * frame + 3; channel++) {
            const plane = [channel * area, (channel + 1) * area] as const;
            moveAlong(point.subarray(...plane), clean.subarray(...plane), epsilon, pattern);
          }
        }
        sum += (await questions.answer(judgementAt(point), criterion)).margin;
        seen += 1;
      }
      step += 1;
      const steps = swarm.particles * (swarm.iterations + 1);
      onStep?.({ step, steps, loss: sum / seen });
      return sum / seen;
    };

    const bounds = names.map((name) => noiseBounds[name]);
    const best = await particleSwarm(bounds, harm, random.fork('swarm'), swarm);
    const data = new Float32Array(point.length);
    const aborted = signal?.aborted ?? false;
    const perturbation = { dtype: 'float32', shape: [frames, 3, height, width], data } as const;
    if (best === undefined) return { perturbation, queries: questions.queries, aborted };
    const parameters = parametersOf(best.place);
    const noise = proceduralNoise(parameters, size, pattern);
    for (let index = 0; index < data.length; index++) {
      const frame = Math.floor(index / (3 * area));
      data[index] = epsilon * noise[frame * area + (index % area)];
    }
    return {
      perturbation,
      queries: questions.queries,
      aborted,
      parameters: { ...parameters, pattern },
    };
  },
});
