import { z } from 'zod';

export { roundedOption } from '../smallest-perturbation/rounded-option.js';

/** The option of attacks that look for a small perturbation, but may be content with the first. */
export const earlyStopOption = z
  .boolean()
  .describe('Whether a clip is done at its first adversarial version, instead of the smallest.');

/** The options of attacks that descend on a few frames; see `descendOnFrames`. */
export const descentOptions = {
  steps: z.int().min(1).default(100).describe('Most steps of Adam.'),
  stepSize: z
    .number()
    .positive()
    .default(0.001)
    .describe('Step size of Adam, on values in [0, 1].'),
  weight: z
    .number()
    .nonnegative()
    .default(1)
    .describe('Weight of what is kept small, against the adversarial loss.'),
  tolerance: z
    .number()
    .nonnegative()
    .default(1e-5)
    .describe('The descent ends when the loss changes by less from step to step.'),
};
