import { hash64 } from '@msanet/tensor';

/** One cell of a comparison, as indices into its lists. */
export interface Job {
  readonly clip: number;
  readonly victim: number;
  readonly attack: number;
  readonly seed: number;
}

/** How many there are of each. */
export type GridSize = { readonly [axis in 'clips' | 'victims' | 'attacks' | 'seeds']: number };

/**
 * The cells of a comparison in their canonical order: clip by clip, and of each clip victim by victim, attack by attack, seed
 * by seed. Records are sorted by it.
 */
export class JobGrid {
  readonly size: GridSize;

  constructor(size: GridSize) {
    this.size = size;
  }

  /** Number of jobs of one clip. */
  get perClip(): number {
    const { victims, attacks, seeds } = this.size;
    return victims * attacks * seeds;
  }

  /** Number of jobs. */
  get jobs(): number {
    return this.size.clips * this.perClip;
  }

  /** Place of a job in the canonical order. */
  indexOf({ clip, victim, attack, seed }: Job): number {
    const { victims, attacks, seeds } = this.size;
    return ((clip * victims + victim) * attacks + attack) * seeds + seed;
  }

  /** The job at a place of the canonical order. */
  at(index: number): Job {
    const { victims, attacks, seeds } = this.size;
    return {
      clip: Math.floor(index / (victims * attacks * seeds)),
      victim: Math.floor(index / (attacks * seeds)) % victims,
      attack: Math.floor(index / seeds) % attacks,
      seed: index % seeds,
    };
  }
}

/**
 * The seed of one job, an integer from 0 to 2^53 − 1: the hash of its names. It does not depend on what else is compared, so
 * a clip gets the same random numbers alone and among thousands.
 */
export function jobSeed(names: {
  readonly seed: number;
  readonly victim: string;
  readonly attack: string;
  readonly clip: string;
}): number {
  const [high, low] = hash64(JSON.stringify([names.seed, names.victim, names.attack, names.clip]));
  return (high % 2 ** 21) * 2 ** 32 + low;
}
