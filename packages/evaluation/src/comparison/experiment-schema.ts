import { checkBudget, isMsanetError, norms, type Budget } from '@msanet/core';
import { z } from 'zod';
import type { Experiment } from './experiment.js';

const name = z
  .string()
  .regex(/^[A-Za-z0-9][\w.+-]*$/, 'a name of letters, digits and the characters . _ + -');
const seed = z.int().min(0);

/** A number, or a fraction in a text such as `8/255`. */
const quantity = z.union([
  z.number(),
  z
    .string()
    .regex(/^\s*\d+(\.\d+)?\s*(\/\s*\d+(\.\d+)?\s*)?$/, 'a number or a fraction such as 8/255')
    .transform((text) => {
      const [numerator, denominator = 1] = text.split('/').map(Number);
      return numerator / denominator;
    }),
]);

const budget = z
  .strictObject({
    norm: z.enum(norms as [Budget['norm'], ...Budget['norm'][]]).default('linf'),
    epsilon: quantity.optional(),
    pixels: z.int().optional(),
    frames: z.int().optional(),
  })
  .transform((given, context): Budget => {
    // Which fields belong to which norm is core's business: it refuses what is missing.
    const chosen = Object.fromEntries(
      Object.entries(given).filter(([, value]) => value !== undefined),
    ) as unknown as Budget;
    try {
      checkBudget(chosen);
    } catch (error) {
      if (!isMsanetError(error)) throw error;
      context.addIssue({ code: 'custom', message: `${error.report.expected} (${given.norm})` });
    }
    return chosen;
  });

const options = z.record(z.string(), z.unknown()).default({});

const victim = z.union([
  name.transform((id) => ({ name: id, victim: id, options: {} })),
  z
    .strictObject({ name: name.optional(), victim: z.string().min(1), options })
    .transform((entry) => ({ ...entry, name: entry.name ?? entry.victim })),
]);

const attack = z
  .union([
    name.transform((id) => ({ attack: id, options: {} })),
    z.strictObject({
      name: name.optional(),
      attack: z.string().min(1),
      options,
      budget: budget.optional(),
      queryLimit: z.int().min(0).nullable().optional(),
    }),
  ])
  .transform((entry) => entry as AttackInput);

interface AttackInput {
  readonly name?: string;
  readonly attack: string;
  readonly options: Record<string, unknown>;
  readonly budget?: Budget;
  readonly queryLimit?: number | null;
}

const clips = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('all') }),
    z.strictObject({ kind: z.literal('per-class'), count: z.int().min(1), seed: seed.default(0) }),
    z.strictObject({ kind: z.literal('random'), count: z.int().min(1), seed: seed.default(0) }),
    z.strictObject({ kind: z.literal('list'), file: z.string().min(1) }),
  ])
  .default({ kind: 'all' });

const dataset = z.union([
  z
    .string()
    .min(1)
    .transform((id) => ({ id, root: null, split: null, part: null, list: null })),
  z.strictObject({
    id: z.string().min(1),
    root: z.string().min(1).nullable().default(null),
    split: z.int().min(1).nullable().default(null),
    part: z.string().min(1).nullable().default(null),
    list: z.string().min(1).nullable().default(null),
  }),
]);

const usualBudget: Budget = { norm: 'linf', epsilon: 8 / 255 };

/**
 * The form of an experiment file. Whatever has a usual value may be left out; `budget` and `queryLimit` at the top hold for
 * every attack that does not bring its own.
 */
export const experimentSchema = z
  .strictObject({
    victims: z.array(victim).min(1),
    attacks: z.array(attack).min(1),
    dataset,
    clips,
    select: z.enum(['clean-correct', 'clean-correct-all', 'all']).default('clean-correct'),
    target: z
      .union([z.string().min(1), z.int().min(0).transform(String)])
      .nullable()
      .default(null),
    seeds: z.array(seed).min(1).default([0]),
    budget: budget.default(usualBudget),
    queryLimit: z.int().min(0).nullable().default(null),
    compression: z.array(z.number().min(0).max(51)).default([]),
    videos: z
      .union([z.literal('all'), z.literal('none').transform(() => 0), z.int().min(0)])
      .default(0),
    runtime: z.string().min(1).default('ort'),
  })
  .transform(({ budget: usual, queryLimit, attacks, ...rest }, context): Experiment => {
    const named = attacks.map((entry) => ({
      name: entry.name ?? entry.attack,
      attack: entry.attack,
      options: entry.options,
      budget: entry.budget ?? usual,
      queryLimit: entry.queryLimit === undefined ? queryLimit : entry.queryLimit,
    }));
    refuseRepeats('victims', rest.victims, context);
    refuseRepeats('attacks', named, context);
    return {
      victims: rest.victims.map(({ name, victim, options }) => ({ name, victim, options })),
      attacks: named,
      dataset: rest.dataset,
      clips: rest.clips,
      select: rest.select,
      target: rest.target,
      seeds: [...new Set(rest.seeds)],
      compression: [...new Set(rest.compression)],
      videos: rest.videos,
      runtime: rest.runtime,
    };
  });

function refuseRepeats(
  list: 'victims' | 'attacks',
  entries: readonly { readonly name: string }[],
  context: z.RefinementCtx,
): void {
  entries.forEach(({ name }, index) => {
    if (entries.findIndex((entry) => entry.name === name) === index) return;
    const message = `a name of its own, because ${name} is there twice`;
    context.addIssue({ code: 'custom', path: [list, index, 'name'], message });
  });
}
