import type { Random } from '@msanet/tensor';

/** How a swarm moves. */
export interface SwarmOptions {
  readonly particles: number;
  readonly iterations: number;
  /** Share of its velocity that a particle keeps. */
  readonly inertia: number;
  /** Pull towards the best place of its own. */
  readonly cognitive: number;
  /** Pull towards the best place of all. */
  readonly social: number;
}

/** The best place that a swarm found. */
export interface SwarmResult {
  readonly place: readonly number[];
  readonly value: number;
}

/**
 * Maximises a function by particle swarm: v ← ω · v + c₁ · r₁ · (own best − p) + c₂ · r₂ · (best of all − p), p ← p + v, with r
 * uniform in [0, 1] for each coordinate (Kennedy & Eberhart, ICNN 1995, with the inertia of Shi & Eberhart, 1998). Places are
 * clamped to their bounds and velocities to half their width, so that an inertia above 1 does not drive particles apart.
 *
 * @param bounds of each coordinate
 * @param value asked once per particle and iteration, the start included; `undefined` ends the search
 */
export async function particleSwarm(
  bounds: readonly (readonly [number, number])[],
  value: (place: readonly number[]) => Promise<number | undefined>,
  random: Random,
  { particles, iterations, inertia, cognitive, social }: SwarmOptions,
): Promise<SwarmResult | undefined> {
  const places = Array.from({ length: particles }, () =>
    bounds.map(([low, high]) => random.uniform(low, high)),
  );
  const velocities = places.map((place) => place.map(() => 0));
  const own: (SwarmResult | undefined)[] = places.map(() => undefined);
  let best: SwarmResult | undefined;
  for (let iteration = 0; iteration <= iterations; iteration++) {
    for (const [particle, place] of places.entries()) {
      const [ownBest, allBest] = [own[particle]?.place, best?.place];
      if (iteration > 0 && ownBest !== undefined && allBest !== undefined) {
        bounds.forEach(([low, high], axis) => {
          const most = (high - low) / 2;
          const pulled =
            inertia * velocities[particle][axis] +
            cognitive * random.uniform() * (ownBest[axis] - place[axis]) +
            social * random.uniform() * (allBest[axis] - place[axis]);
          velocities[particle][axis] = Math.min(most, Math.max(-most, pulled));
          const moved = place[axis] + velocities[particle][axis];
          place[axis] = Math.min(high, Math.max(low, moved));
        });
      }
      const found = await value(place);
      if (found === undefined) return best;
      const here = { place: [...place], value: found };
      if (found > (own[particle]?.value ?? -Infinity)) own[particle] = here;
      if (found > (best?.value ?? -Infinity)) best = here;
    }
  }
  return best;
}
