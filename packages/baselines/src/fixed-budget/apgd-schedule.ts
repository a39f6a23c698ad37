/** ρ, the share of the steps since the last check point that must raise the loss. */
const rho = 0.75;

/**
 * The steps after which the step size is reconsidered: the first after 22 % of all, each following period shorter by 3 %,
 * down to 6 % (Croce & Hein, ICML 2020, section 3.2; rounded as in their code).
 *
 * @param steps of the whole climb, at least 1
 */
export function checkPoints(steps: number): ReadonlySet<number> {
  const share = (of: number): number => Math.max(Math.floor(of * steps), 1);
  const [least, shorter] = [share(0.06), share(0.03)];
  const points = new Set<number>();
  for (let period = share(0.22), at = period; at <= steps; at += period) {
    points.add(at);
    period = Math.max(period - shorter, least);
  }
  return points;
}

/**
 * The step size of one clip, halved at a check point where the climb gets nowhere:
 *
 * 1. at most ρ = 75 % of the steps since the last check point raised the loss, or
 * 2. it was not halved at the last check point, and the highest loss is the same as then.
 *
 * Croce & Hein, ICML 2020, conditions 1 and 2. As in their code, exactly ρ halves as well; but the first step is compared
 * with the start, as in the paper, where the code compares it with 0.
 */
export class AdaptiveStep {
  #size: number;
  #highest: number;
  #latest: number;
  #rises = 0;
  #steps = 0;
  #highestAtCheck: number;
  // Nothing was halved yet, but the second condition is not for the first check point.
  #halvedAtCheck = true;

  /**
   * @param size at first, in the unit of the budget's epsilon
   * @param loss at the start of the climb
   */
  constructor(size: number, loss: number) {
    this.#size = size;
    this.#highest = loss;
    this.#latest = loss;
    this.#highestAtCheck = loss;
  }

  get size(): number {
    return this.#size;
  }

  /** Notes the loss after a step; whether it is the highest so far. */
  note(loss: number): boolean {
    this.#steps += 1;
    if (loss > this.#latest) this.#rises += 1;
    this.#latest = loss;
    if (!(loss > this.#highest)) return false;
    this.#highest = loss;
    return true;
  }

  /** Reconsiders the size; whether it is halved, and the climb should go on from where the loss was highest. */
  check(): boolean {
    const oscillates = this.#rises <= rho * this.#steps;
    const stuck = !this.#halvedAtCheck && this.#highestAtCheck >= this.#highest;
    const halved = oscillates || stuck;
    if (halved) this.#size /= 2;
    this.#halvedAtCheck = halved;
    this.#highestAtCheck = this.#highest;
    this.#rises = 0;
    this.#steps = 0;
    return halved;
  }
}
