import { defineAttack, type AttackRequirements } from '@msanet/core';
import { z } from 'zod';
import { ballBudget } from '../steepest-step.js';
import { BoundarySearch } from './boundary-search.js';
import { descendDirections, type Found } from './direction-descent.js';
import { directionFor, readDirection, type Direction } from './direction-file.js';
import { nearestStart, withFewerFrames } from './heuristic-start.js';
import { queryEach } from './query-each.js';
import { maxQueriesOption } from './query-options.js';
import { candidate, type QueryPart, type QuerySearch, type QuerySubject } from './query-search.js';
import { salientRegion } from './salient-region.js';

const requires: AttackRequirements = {
  inputGradient: false,
  norms: ['linf', 'l2', 'l1'],
  criteria: ['misclassification', 'targeted'],
};

/**
 * Heuristic black-box attack: turns a direction so that the boundary comes nearer along it, on key frames and salient regions
 * alone (Wei et al., Heuristic Black-Box Adversarial Attacks on Video Recognition Models, AAAI 2020, algorithms 1 and 2).
 *
 * Black box: sees the victim's choice; scores only order the frames that may be dropped. Norms `linf`, `l2`, `l1`: the
 * distance to the boundary is in that of the budget, and a clip is done once the boundary is inside the budget. Untargeted and
 * targeted. A round costs some ten queries for each of `samples` directions, and as many for the step.
 *
 * - Start: the nearest of `starts` clips of another class. The paper takes training clips; an attack is given none here, so
 *   they are patterns of random colours, among which a target class is rarely found. With `startFile` it is that clip.
 * - Frames are dropped one by one, as long as the boundary comes no further away; in the paper for every start, here for the
 *   nearest.
 * - Salient regions: the share φ = 0.6 of each frame by spectral residual.
 * - Rounds: the slope of the distance from q = 15 random directions at β = 0.01, and a step from α = 0.2 that is doubled while
 *   it helps and quartered while it does not.
 *
 * Constants are the authors' code's, where they are Euclidean lengths; here distances count relative to the present one, so
 * that they fit every norm and size: found to a thousandth, as the 0.01 of their distances of about 10.
 */
export const heuristic = defineAttack({
  id: 'heuristic',
  summary: 'Turns a direction to the nearest boundary on key frames and salient regions.',
  source:
    'Z. Wei et al., Heuristic Black-Box Adversarial Attacks on Video Recognition Models, AAAI 2020',
  requires,
  options: z.strictObject({
    maxQueries: maxQueriesOption,
    starts: z.int().min(1).default(100).describe('Random clips from which the nearest is taken.'),
    startFile: z
      .string()
      .min(1)
      .optional()
      .describe(
        'A .npy clip of floating-point values in [0, 1], shape (frames, 3, height, width), to start from instead.',
      ),
    salientShare: z
      .number()
      .positive()
      .max(1)
      .default(0.6)
      .describe('φ: share of each frame that may change, the most salient first.'),
    keyFrames: z
      .boolean()
      .default(true)
      .describe('Whether frames that are not needed are dropped.'),
    samples: z.int().min(1).default(15).describe('q: random directions per round.'),
    radius: z
      .number()
      .positive()
      .default(0.01)
      .describe('β: how far they lie from the present direction, both of norm 1.'),
    stepSize: z
      .number()
      .positive()
      .default(0.2)
      .describe('α: the first step against the slope of the distance.'),
  }),
  create: async (_, { maxQueries, startFile, ...options }) => {
    const start = startFile === undefined ? undefined : await readDirection(startFile);
    return {
      id: 'heuristic',
      requires,
      perturb: (context) =>
        queryEach(context, { maxQueries }, (subject) => approach(subject, options, start)),
    };
  },
});

/** How the attack proceeds. */
interface HeuristicOptions {
  readonly starts: number;
  readonly salientShare: number;
  readonly keyFrames: boolean;
  readonly samples: number;
  readonly radius: number;
  readonly stepSize: number;
}

/** How exactly the distance to the boundary is found, as a share of it. */
const tolerance = 0.001;

function* approach(
  subject: QuerySubject,
  options: HeuristicOptions,
  given: Direction | undefined,
): QuerySearch {
  const { clean, size } = subject;
  const { norm, epsilon } = ballBudget(subject.budget);
  const boundary = new BoundarySearch(subject, tolerance);
  const mask = salientRegion(clean, size, options.salientShare);
  const clip = given === undefined ? undefined : directionFor(given, size);

  /** Asks about the clip at the edge of the budget, and where the boundary is inside, about the one on the boundary. */
  const judge = function* ({ direction, distance }: Found): QueryPart<void> {
    yield* candidate(boundary.at(direction, epsilon));
    if (distance < epsilon) yield* candidate(boundary.at(direction, distance));
  };

  const start = yield* nearestStart(subject, boundary, mask, norm, options.starts, clip);
  if (start === undefined) return;
  yield* judge(start);
  let found = start;
  if (options.keyFrames) {
    found = yield* withFewerFrames(subject, boundary, start, norm);
    for (let index = 0; index < mask.length; index++) {
      const frame = Math.floor(index / (mask.length / size.frames));
      if (!found.frames.has(frame)) mask[index] = 0;
    }
    if (found !== start) yield* judge(found);
  }
  yield* descendDirections(subject, boundary, { ...options, mask, norm }, found, judge);
}
