import {
  clipAt,
  clipSize,
  defineAttack,
  emptyClips,
  type AttackContext,
  type AttackRequirements,
  type LossForm,
} from '@msanet/core';
import type { Random } from '@msanet/tensor';
import { z } from 'zod';
import { kernelWeights, smoothedSlope, type KernelShape } from '../fixed-budget/gradient-kernel.js';
import { velocitiesOf, withMomentum } from '../fixed-budget/momentum.js';
import { decayOption, transferAscent, transferOptions } from '../fixed-budget/transfer-ascent.js';
import type { SlopeSource } from '../slope.js';
import { firstClips } from '../working-batch.js';
import { frameLength } from './frame-values.js';

const requires: AttackRequirements = {
  inputGradient: true,
  norms: ['linf', 'l2'],
  criteria: ['misclassification', 'targeted'],
};

/** How far clips are moved in time: a few frames, half a clip and a few frames, or at random. */
type Shift = 'adjacent' | 'remote' | 'random';

/** How clips are translated. */
interface TranslationOptions {
  /** k, the largest shift. */
  readonly reach: number;
  readonly kernel: KernelShape;
  readonly shift: Shift;
}

/**
 * Temporal translation: gradients of the clip rolled in time by i = −k … k frames, rolled back and averaged with weights
 * W_i, so that the perturbation does not rely on the temporal pattern of one victim (Wei et al., AAAI 2022, eq. 3 to 6).
 *
 * White box, made for transfer. Norms `linf` and `l2`; untargeted and targeted. A step costs one gradient query per different
 * shift: at most 2k + 1, and at most the frames of the clip, because rolling by them all changes nothing. Random shifts are
 * not merged.
 *
 * k = 7, the Gaussian kernel of σ = k / 3, adjacent shifts and ten steps of ε / 10 are the authors'. `decay` 1 makes it TT-MI,
 * with gradients normalised frame by frame; `spatialKernel` 15 makes it TT-TI. In their code remote and random shifts are
 * rolled back by i instead of by what they were; here every gradient returns to its own frames.
 */
export const temporalTranslation = defineAttack({
  id: 'temporal-translation',
  summary: 'Steps along gradients averaged over clips that are rolled in time.',
  source:
    'Z. Wei et al., Boosting the Transferability of Video Adversarial Examples via Temporal Translation, AAAI 2022',
  requires,
  options: z.strictObject({
    ...transferOptions,
    reach: z.int().min(0).default(7).describe('Largest shift in frames; 0 for none.'),
    kernel: z
      .enum(['gaussian', 'linear', 'uniform'])
      .default('gaussian')
      .describe('Weights of the shifts.'),
    shift: z
      .enum(['adjacent', 'remote', 'random'])
      .default('adjacent')
      .describe('Whether shifts are small, near half a clip, or random.'),
    decay: decayOption.default(0),
    spatialKernel: z
      .int()
      .min(1)
      .refine((length) => length % 2 === 1, 'an odd number')
      .default(1)
      .describe('Height and width of the kernel that smooths gradients in space; 1 for none.'),
  }),
  create: (_, { loss, spatialKernel, decay, ...options }) => ({
    id: 'temporal-translation',
    requires,
    async perturb(context) {
      const { clips } = context;
      const inSpace = kernelWeights('gaussian', spatialKernel);
      const smoothed = smoothedSlope(translatedSlope(context, { kind: loss }, options), clips, {
        frames: kernelWeights('gaussian', 1),
        height: inSpace,
        width: inSpace,
      });
      const momentum = { decay, normalization: 'frame' } as const;
      const slope = decay === 0 ? smoothed : withMomentum(smoothed, velocitiesOf(clips), momentum);
      return transferAscent(context, slope, options);
    },
  }),
});

/** A shift with the sum of its weights. */
interface WeightedShift {
  /** Frames, from 0 to one less than the clip has. */
  readonly frames: number;
  readonly weight: number;
}

/** The weighted mean of the gradients of rolled clips, rolled back. */
function translatedSlope(
  { victim, clips, random }: AttackContext,
  loss: LossForm,
  options: TranslationOptions,
): SlopeSource {
  const size = clipSize(clips);
  const stride = frameLength(size);
  const rolled = emptyClips(clips.shape[0], size);
  const fixed =
    options.shift === 'random' ? undefined : weightedShifts(options, size.frames, undefined);
  const count = fixed?.length ?? 2 * options.reach + 1;
  return {
    queries: () => count,
    async at(rows, _) {
      const { of } = rows;
      const shifts = of.map((clip) => fixed ?? weightedShifts(options, size.frames, random(clip)));
      const sum = emptyClips(of.length, size);
      const losses = new Float32Array(of.length);
      let adversarial: readonly boolean[] = of.map(() => false);
      for (let number = 0; number < count; number++) {
        of.forEach((_clip, row) =>
          roll(rows.row(row), clipAt(rolled, row), shifts[row][number].frames * stride),
        );
        const found = await victim.lossGradient(firstClips(rolled, of.length), of, loss);
        of.forEach((_clip, row) => {
          const { frames, weight } = shifts[row][number];
          addRolled(clipAt(found.gradient, row), clipAt(sum, row), -frames * stride, weight);
          if (frames === 0) losses[row] = found.loss[row];
        });
        // Only what the victim says of the clip as it is counts.
        adversarial = adversarial.map(
          (known, row) => known || (shifts[row][number].frames === 0 && found.adversarial[row]),
        );
      }
      return { loss: losses, adversarial, gradient: sum };
    },
  };
}

/**
 * The shifts of one step, the unshifted clip first.
 *
 * @param random draws random shifts; without it, shifts that are the same in a clip of so many frames are merged
 */
function weightedShifts(
  { reach, kernel, shift }: TranslationOptions,
  frames: number,
  random: Random | undefined,
): WeightedShift[] {
  const weights = kernelWeights(kernel, 2 * reach + 1);
  const distance = (offset: number): number => {
    if (offset === 0) return 0;
    if (random !== undefined) return random.integer(frames);
    const far = shift === 'remote' ? Math.sign(offset) * (Math.floor(frames / 2) - 1) : 0;
    return (((offset + far) % frames) + frames) % frames;
  };
  const shifts = Array.from(weights, (weight, index) => ({
    frames: distance(index - reach),
    weight,
  })).sort((a, b) => a.frames - b.frames);
  if (random !== undefined) return shifts;
  const merged = new Map<number, number>();
  for (const each of shifts) merged.set(each.frames, (merged.get(each.frames) ?? 0) + each.weight);
  return Array.from(merged, ([distanceInFrames, weight]) => ({ frames: distanceInFrames, weight }));
}

/** Writes values to another array, each so many places further on, the last ones to the beginning. */
function roll(from: Float32Array, to: Float32Array, places: number): void {
  to.set(from.subarray(0, from.length - places), places);
  to.set(from.subarray(from.length - places), 0);
}

/** Adds values to others, each so many places further on, around the end. */
function addRolled(from: Float32Array, to: Float32Array, places: number, weight: number): void {
  const { length } = from;
  const start = (places + length) % length;
  for (let index = 0; index < length; index++) {
    const at = index + start;
    to[at < length ? at : at - length] += weight * from[index];
  }
}
