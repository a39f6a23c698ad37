import {
  clipAt,
  clipSize,
  copyClips,
  defineAttack,
  type AttackContext,
  type AttackRequirements,
  type ClipBatch,
} from '@msanet/core';
import { Random } from '@msanet/tensor';
import { z } from 'zod';
import { WorkingBatch } from '../working-batch.js';
import { radiusOf } from '../fixed-budget/iterative-options.js';
import {
  drawNoiseParameters,
  noiseBounds,
  proceduralNoise,
  type NoiseParameters,
} from './procedural-noise.js';

const requires: AttackRequirements = {
  inputGradient: false,
  norms: ['linf'],
  criteria: ['misclassification', 'targeted'],
};

/** What is known of the noise before any clip is. */
type GivenParameters = { readonly [Name in keyof NoiseParameters]?: number | undefined };

/** The option of one parameter. */
function parameter(name: keyof NoiseParameters, what: string) {
  const [low, high] = noiseBounds[name];
  const range = name === 'octaves' ? z.int().min(low).max(high) : z.number().min(low).max(high);
  return range.optional().describe(`${what}; at random where not given.`);
}

/**
 * Universal three-dimensional procedural noise: ε · sin(2π φ · S(x, y, t)) for a sum S of Perlin noises, the same for every
 * clip and every channel (Xie et al., S&P 2022, U3D_p).
 *
 * Black box, universal. Norm `linf`; untargeted, and targeted for what it is worth. Parameters that are not given are drawn
 * from `pattern`, the same for all clips. A sample costs one forward query per clip, until one is adversarial; else the
 * sample with the highest margin is kept.
 *
 * The paper searches the parameters by particle swarm on clips of a public data set: `u3d-universal` does so, and its
 * result can be given here. One sample is what is left of the paper's attack when the parameters are found.
 */
export const u3d = defineAttack({
  id: 'u3d',
  summary: 'Universal procedural noise in space and time.',
  source:
    'S. Xie et al., Universal 3-Dimensional Perturbations for Black-Box Attacks on Video Recognition Systems, S&P 2022',
  requires,
  options: z.strictObject({
    octaves: parameter('octaves', 'Noises of halved wavelengths that are added up'),
    wavelengthX: parameter('wavelengthX', 'Wavelength along a row, in pixels'),
    wavelengthY: parameter('wavelengthY', 'Wavelength along a column, in pixels'),
    wavelengthT: parameter('wavelengthT', 'Wavelength in time, in frames'),
    period: parameter('period', 'Periods of the sine that maps noise to values'),
    pattern: z
      .int()
      .min(0)
      .default(0)
      .describe('Seed of the noise and of the parameters that are not given.'),
    samples: z.int().min(1).default(1).describe('Noises to try on a clip, one query each.'),
  }),
  create: (_, { pattern, samples, ...given }) => ({
    id: 'u3d',
    requires,
    perturb: (context) => tryNoises(context, given, pattern, samples),
  }),
});

async function tryNoises(
  context: AttackContext,
  given: GivenParameters,
  pattern: number,
  samples: number,
): Promise<ClipBatch> {
  const { victim, clips, criteria, round, report } = context;
  const epsilon = radiusOf(context);
  const size = clipSize(clips);
  const area = size.height * size.width;
  const result = copyClips(clips);
  const best = new Float64Array(criteria.length).fill(-Infinity);
  const rows = new WorkingBatch(clips, [...criteria.keys()]);
  for (let sample = 0; sample < samples; sample++) {
    rows.drop(new Set(rows.of.filter((clip) => victim.queriesLeft(clip) < 1)));
    const { of } = rows;
    if (of.length === 0) break;
    const own = new Random(pattern).fork(sample);
    const noise = proceduralNoise(withGiven(drawNoiseParameters(own), given), size, pattern);
    of.forEach((clip, row) => addNoise(rows.row(row), clipAt(clips, clip), noise, epsilon, area));
    round(rows.clips, of);
    const { adversarial, margin } = await victim.predict(rows.clips, of);
    of.forEach((clip, row) => {
      if (margin[row] <= best[clip]) return;
      best[clip] = margin[row];
      clipAt(result, clip).set(rows.row(row));
    });
    rows.drop(new Set(of.filter((_clip, row) => adversarial[row])));
    report({ step: sample + 1, steps: samples, of });
  }
  return result;
}

/** Drawn parameters, replaced by those that are given. */
function withGiven(drawn: NoiseParameters, given: GivenParameters): NoiseParameters {
  return {
    octaves: given.octaves ?? drawn.octaves,
    wavelengthX: given.wavelengthX ?? drawn.wavelengthX,
    wavelengthY: given.wavelengthY ?? drawn.wavelengthY,
    wavelengthT: given.wavelengthT ?? drawn.wavelengthT,
    period: given.period ?? drawn.period,
  };
}

/** Writes clean + ε · noise to `clip`, the same in every channel. */
function addNoise(
  clip: Float32Array,
  clean: Float32Array,
  noise: Float32Array,
  epsilon: number,
  area: number,
): void {
  for (let index = 0; index < clip.length; index++) {
    const frame = Math.floor(index / (3 * area));
    clip[index] = clean[index] + epsilon * noise[frame * area + (index % area)];
  }
}
