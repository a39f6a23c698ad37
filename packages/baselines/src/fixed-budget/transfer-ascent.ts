import type { AttackContext, ClipBatch } from '@msanet/core';
import { z } from 'zod';
import { gradientAscent } from '../gradient-ascent.js';
import type { SlopeSource } from '../slope.js';
import { earlyStopOption, radiusOf, stepOptions } from './iterative-options.js';

/**
 * The options that attacks made for transfer to other victims share: ten steps of ε / steps, all of them taken, because
 * clips that are barely adversarial seldom transfer.
 */
export const transferOptions = {
  ...stepOptions('epsilon / steps'),
  earlyStop: earlyStopOption.default(false),
};

/** The option of momentum. */
export const decayOption = z
  .number()
  .min(0)
  .describe('Share of the velocity that is kept from step to step; 0 for no momentum.');

/** The option that says over what gradients are normalised before they are accumulated. */
export const normalizationOption = z
  .enum(['clip', 'frame'])
  .default('clip')
  .describe('Whether gradients are normalised over the whole clip or frame by frame.');

/** How the steps go, as `transferOptions` parse it. */
export interface TransferSteps {
  readonly steps: number;
  readonly stepSize?: number | undefined;
  readonly earlyStop: boolean;
}

/** The length of a step: as given, or ε / steps. */
export function transferStepSize(
  context: AttackContext,
  { steps, stepSize }: TransferSteps,
): number {
  return stepSize ?? radiusOf(context) / steps;
}

/** Gradient ascent from the clean clip along a slope. */
export function transferAscent(
  context: AttackContext,
  slope: SlopeSource,
  options: TransferSteps,
): Promise<ClipBatch> {
  return gradientAscent(context, slope, {
    steps: options.steps,
    stepSize: transferStepSize(context, options),
    randomStart: false,
    restarts: 1,
    earlyStop: options.earlyStop,
  });
}
