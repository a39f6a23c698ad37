import { z } from 'zod';
import { earlyStopOption } from './iterative-options.js';

/** The options that `apgd` and `apgd-t` share. */
export const apgdOptions = {
  steps: z.int().min(1).default(100).describe('Gradient steps per start.'),
  randomStart: z
    .boolean()
    .default(true)
    .describe('Whether it starts at a random point of the ball instead of the clean clip.'),
  restarts: z
    .int()
    .min(1)
    .default(1)
    .describe('How often it starts; the result with the highest margin is kept.'),
  earlyStop: earlyStopOption.default(true),
};
