import { z } from 'zod';
import type { Search, SearchPart } from './search.js';

/** How the weight of the adversarial loss is searched. */
export interface ConstantOptions {
  readonly searches: number;
  readonly initialConstant: number;
  readonly steps: number;
  readonly abortEarly: boolean;
}

/** The options of the attacks that minimise size + c · adversarial loss and search c. */
export const constantOptions = {
  searches: z
    .int()
    .min(1)
    .default(9)
    .describe('Constants that are tried, each from the clean clip.'),
  initialConstant: z
    .number()
    .positive()
    .default(1e-3)
    .describe('First weight of the adversarial loss against the size.'),
  steps: z.int().min(1).default(100).describe('Most gradient steps per constant.'),
  confidence: z
    .number()
    .nonnegative()
    .default(0)
    .describe('The margin that is asked for, in logits.'),
  abortEarly: z
    .boolean()
    .default(true)
    .describe(
      'Whether a constant is given up when the loss has not fallen within a tenth of the steps.',
    ),
};

/**
 * Looks for the smallest constant c that leads to an adversarial clip (Carlini & Wagner, S&P 2017, section V-A): it grows
 * tenfold until one does, and is then halved between the largest failure and the smallest success. As in the authors'
 * code, the last of ten or more searches goes back to the smallest success.
 *
 * @param attempt minimises size + c · loss; returns whether it met an adversarial clip
 */
export function* searchConstant(
  { searches, initialConstant }: ConstantOptions,
  attempt: (constant: number) => SearchPart<boolean>,
): Search {
  let constant = initialConstant;
  let failure = 0;
  let success = Infinity;
  for (let search = 1; search <= searches; search++) {
    if (search === searches && searches >= 10) constant = Math.min(success, highestConstant);
    const found = yield* attempt(constant);
    if (found) success = Math.min(success, constant);
    else failure = Math.max(failure, constant);
    constant = success < Infinity ? (failure + success) / 2 : constant * 10;
  }
}

/** The largest constant of the authors' code. */
const highestConstant = 1e10;

/** Watches a loss, and says when it no longer falls. */
export class Plateau {
  readonly #interval: number;
  readonly #enabled: boolean;
  #last = Infinity;

  constructor({ steps, abortEarly }: ConstantOptions) {
    this.#interval = Math.ceil(steps / 10);
    this.#enabled = abortEarly;
  }

  /** @param step 0-based @returns whether it fell by less than 0.01 % since the last check */
  isReached(step: number, loss: number): boolean {
    if (!this.#enabled || step % this.#interval !== 0) return false;
    if (!(loss <= 0.9999 * this.#last)) return true;
    this.#last = loss;
    return false;
  }
}
