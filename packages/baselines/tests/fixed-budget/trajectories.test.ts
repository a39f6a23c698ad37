import { describe, expect, it } from 'vitest';
import {
  clipSize,
  createFrom,
  misclassification,
  runAttack,
  targeted,
  type Attack,
  type AttackContext,
  type AttackPlugin,
  type ClipBatch,
} from '@msanet/core';
import { maxAbsError, recording } from '@msanet/testkit';
import { apgd, bim, fgsm, miFgsm, niFgsm, pgd, tiFgsm } from '@msanet/baselines';
import { diverseSlope, type FrameTransforms } from '../../src/fixed-budget/input-diversity.js';
import { velocitiesOf, withMomentum } from '../../src/fixed-budget/momentum.js';
import { ResizeAndPad } from '../../src/fixed-budget/resize-and-pad.js';
import { transferAscent } from '../../src/fixed-budget/transfer-ascent.js';
import { varianceTuned } from '../../src/fixed-budget/vmi-fgsm.js';
import { noDependencies } from '../no-dependencies.js';
import { goldenCases, type GoldenCase } from './golden/fixed-budget.js';
import { goldenClips, goldenVictim } from './golden/golden-victim.js';

/** The attack of a case; where it draws random numbers, with the draws of the case. */
async function attackOf(golden: GoldenCase): Promise<Attack> {
  const { attack, loss, steps, alpha, decay = 0, normalization = 'clip' } = golden;
  const create = (plugin: AttackPlugin, options: Record<string, unknown>): Promise<Attack> =>
    createFrom(plugin, noDependencies, options);
  const iterative = { loss, steps, stepSize: alpha, earlyStop: false };
  const momentum = { decay, normalization };
  const along = (slope: Parameters<typeof withMomentum>[0], context: AttackContext) =>
    transferAscent(context, withMomentum(slope, velocitiesOf(context.clips), momentum), iterative);
  const byHand = (perturb: Attack['perturb']): Attack => ({
    id: attack,
    requires: {
      inputGradient: true,
      norms: ['linf', 'l2'],
      criteria: ['misclassification', 'targeted'],
    },
    perturb,
  });
  switch (attack) {
    case 'fgsm':
      return create(fgsm, { loss });
    case 'bim':
      return create(bim, iterative);
    case 'pgd':
      return create(pgd, { ...iterative, randomStart: false, quantile: golden.quantile });
    case 'mi-fgsm':
      return create(miFgsm, { ...iterative, ...momentum });
    case 'ni-fgsm':
      return create(niFgsm, { ...iterative, ...momentum });
    case 'ti-fgsm': {
      const { shape: kernel, spatial: spatialKernel, temporal: temporalKernel } = golden;
      return create(tiFgsm, { ...iterative, ...momentum, kernel, spatialKernel, temporalKernel });
    }
    case 'vmi-fgsm':
      return byHand((context) => {
        const { samples = 0, reach = 0, epsilon } = golden;
        let call = 0;
        const tuned = varianceTuned(context, { kind: loss }, samples, (_, offsets) => {
          offsets.forEach((_value, index) => {
            offsets[index] = reach * epsilon * Math.sin(call + 0.37 * index);
          });
          call += 1;
        });
        return along(tuned, context);
      });
    case 'di-fgsm':
      return byHand((context) => {
        const { placements = [] } = golden;
        const size = clipSize(context.clips);
        const asked = context.criteria.map(() => 0);
        const transformsOf = (clip: number): FrameTransforms =>
          placements[asked[clip]++][clip]?.map(
            ([height, width, top, left]) => new ResizeAndPad(size, { height, width, top, left }),
          );
        return along(diverseSlope(context, { kind: loss }, transformsOf), context);
      });
    case 'apgd':
      return create(apgd, { loss, steps, randomStart: false, earlyStop: false });
    default:
      throw new Error(`no attack ${attack}`);
  }
}

/**
 * How far float32 iterates may be from float64 ones. APGD compares losses, and near a flat top float32 cannot tell which of
 * two is higher.
 */
const tolerances: Readonly<Record<string, number>> = { apgd: 4e-5 };

const named = goldenCases.map((golden, index) => {
  const { attack, norm, epsilon, loss, targets, clips } = golden;
  const goal = targets === null ? 'untargeted' : 'targeted';
  return [
    `${index}: ${attack}, ${norm} ${epsilon.toFixed(3)}, ${loss}, ${goal}, ${clips}`,
    golden,
  ] as const;
});

describe('attacks follow PyTorch in float64, from iterate to iterate', () => {
  it.each(named)('%s', async (_, golden) => {
    const { attack, norm, epsilon, labels, targets, every, losses, points } = golden;
    const made = await attackOf(golden);
    const victim = recording(goldenVictim);
    const seen: number[][] = [];
    let raw: ClipBatch | undefined;
    await runAttack({
      victim,
      clips: goldenClips(golden.clips),
      criteria: labels.map((label, clip) =>
        targets === null ? misclassification(label) : targeted(label, targets[clip]),
      ),
      budget: { norm, epsilon },
      seed: 1,
      attack: {
        ...made,
        async perturb(context) {
          const { victim: metered } = context;
          const listening = {
            ...context,
            victim: {
              id: metered.id,
              labels: metered.labels,
              input: metered.input,
              supports: metered.supports,
              predict: metered.predict.bind(metered),
              queriesLeft: metered.queriesLeft.bind(metered),
              async lossGradient(...question: Parameters<typeof metered.lossGradient>) {
                const answer = await metered.lossGradient(...question);
                seen.push(Array.from(answer.loss));
                return answer;
              },
            },
          };
          const result = await made.perturb(listening);
          raw = { ...result, data: result.data.slice() };
          return result;
        },
      },
    });
    const tolerance = tolerances[attack] ?? 1e-6;
    const asked = victim.questions.filter(({ kind }) => kind === 'gradient');
    expect(asked.length).toBe(losses.length);
    losses.forEach((expected, query) => {
      const scale = Math.max(1, ...expected.map(Math.abs));
      expect(maxAbsError(seen[query], expected) / scale, `loss ${query}`).toBeLessThan(
        10 * tolerance,
      );
    });
    const iterates = asked.filter((_question, query) => query % every === 0);
    expect(points.length).toBe(iterates.length + 1);
    iterates.forEach(({ clips }, index) => {
      expect(maxAbsError(clips.data, points[index]), `point ${index}`).toBeLessThan(tolerance);
    });
    expect(maxAbsError(raw?.data ?? [], points[points.length - 1]), 'result').toBeLessThan(
      tolerance,
    );
  });

  it('and every attack that has a formula is among them', () => {
    expect(new Set(goldenCases.map(({ attack }) => attack))).toEqual(
      new Set([
        'fgsm',
        'bim',
        'pgd',
        'mi-fgsm',
        'ni-fgsm',
        'vmi-fgsm',
        'di-fgsm',
        'ti-fgsm',
        'apgd',
      ]),
    );
  });
});
