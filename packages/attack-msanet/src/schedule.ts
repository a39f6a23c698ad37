/** What the schedule needs to know. */
export interface ScheduleOptions {
  /** Factor on the reach after an adversarial step, below 1. */
  readonly tighten: number;
  /** Factor on the reach after any other step, above 1. */
  readonly relax: number;
  /** Largest reach: 2 with an attention, 1 without. */
  readonly limit: number;
}

/** Bounds of the multiplier of the margin, so that a long run of one answer can be undone. */
const multiplierBounds = [0.05, 20] as const;
const smallestReach = 1e-3;

/**
 * Steers how much of its budget an attack uses, by whether the latest clip was adversarial.
 *
 * One number, the reach, says it: up to 1 it is the share of the perturbation that is applied, under the full mask; from
 * 1 to 2 the whole perturbation is applied and the mask fades out, until at 2 nothing is masked. So an attack that fails
 * long enough ends as plain PGD, and one that succeeds acts on ever less.
 */
export class Schedule {
  readonly #options: ScheduleOptions;
  #reach: number;
  #multiplier = 1;

  constructor(options: ScheduleOptions) {
    this.#options = options;
    this.#reach = Math.min(1, options.limit);
  }

  /** Share of the perturbation that is applied, in (0, 1]. */
  get scale(): number {
    return Math.min(1, this.#reach);
  }

  /** How much of the mask acts, from 1 (all of it) to 0 (everything is perturbed). */
  get maskStrength(): number {
    return Math.min(1, 2 - this.#reach);
  }

  /** μ, the multiplier of the margin in the objective. */
  get multiplier(): number {
    return this.#multiplier;
  }

  /** Takes in whether the latest clip was adversarial. */
  update(adversarial: boolean): void {
    const { tighten, relax, limit } = this.#options;
    const factor = adversarial ? tighten : relax;
    this.#reach = Math.min(limit, Math.max(smallestReach, this.#reach * factor));
    const [low, high] = multiplierBounds;
    this.#multiplier = Math.min(high, Math.max(low, this.#multiplier * factor));
  }
}
