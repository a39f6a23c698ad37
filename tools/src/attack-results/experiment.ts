import type { Budget } from '@msanet/core';

/** One row of the table: an attack with its options and budget, as an experiment file takes it. */
export interface ResultEntry {
  readonly name: string;
  readonly attack: string;
  readonly options?: Readonly<Record<string, unknown>>;
  readonly budget?: Budget;
  readonly queryLimit?: number;
}

/** The parts of the table, in the order in which they are run and shown. */
export const resultParts = [
  'fixed-budget',
  'l2-budget',
  'smallest-perturbation',
  'video',
  'query',
  'universal',
] as const;

/** A part of the table: a run of its own. */
export type ResultPart = (typeof resultParts)[number];

/** A victim of the table. */
export interface ResultVictim {
  readonly id: string;
  /** A radius in l2 at which attacks with a fixed budget succeed on some clips and fail on others. */
  readonly narrow: number;
  /** By how much steps and queries are fewer: its clips may have more values. */
  readonly thrift: number;
  /** Balls that are large enough for PGD to begin with, in l2 and l1, and how often they are halved. */
  readonly reach: { readonly l2: number; readonly l1: number; readonly bisections: number };
  /** What fits the size of its clips in the attack of Carlini and Wagner, whose first steps move all values equally far. */
  readonly cw: Readonly<Record<string, unknown>>;
  /** What fits them in the elastic-net attack. */
  readonly ead: Readonly<Record<string, unknown>>;
}

/** The victims that ship with their weights. */
export const resultVictims: readonly ResultVictim[] = [
  {
    id: 'tsm-demo',
    narrow: 0.85,
    thrift: 1,
    reach: { l2: 8, l1: 800, bisections: 10 },
    cw: { searches: 3, initialConstant: 3, stepSize: 0.003 },
    ead: { steps: 40, searches: 3, initialConstant: 10, stepSize: 0.05 },
  },
  {
    id: 'tdn-demo',
    narrow: 0.6,
    thrift: 2,
    reach: { l2: 2, l1: 200, bisections: 7 },
    cw: { searches: 3, initialConstant: 1, stepSize: 0.001, abortEarly: false },
    ead: {
      steps: 30,
      searches: 3,
      initialConstant: 10,
      stepSize: 0.03,
      regularization: 0.006,
      abortEarly: false,
    },
  },
];

/** Clips of the test part of split 1 that each victim is attacked on. */
export const clipCount = 100;

/** Wider than any perturbation that is looked for. */
const wide = {
  l2: { norm: 'l2', epsilon: 100 },
  l1: { norm: 'l1', epsilon: 10_000 },
  l0: { norm: 'l0', pixels: 50_000 },
} as const;
const finest: Budget = { norm: 'linf', epsilon: 1 / 255 };

/** What attacks by queries may ask per clip; far less than their papers allow. */
const mostQueries = 60;

/**
 * The entries of a part. Options differ from the defaults only where these would take hours on two cores: fewer steps,
 * samples, classes and queries.
 */
export function entriesOf(
  part: ResultPart,
  { id, narrow, thrift, reach, cw, ead }: ResultVictim,
): readonly ResultEntry[] {
  const few = (count: number): number => Math.ceil(count / thrift);
  const queryLimit = few(mostQueries);
  switch (part) {
    case 'fixed-budget':
      return [
        ...ladder('', undefined, { steps: few(30) }),
        { name: 'mi-fgsm', attack: 'mi-fgsm' },
        { name: 'ni-fgsm', attack: 'ni-fgsm' },
        { name: 'vmi-fgsm', attack: 'vmi-fgsm', options: { samples: 2 } },
        { name: 'di-fgsm', attack: 'di-fgsm' },
        { name: 'ti-fgsm', attack: 'ti-fgsm' },
        { name: 'ti-fgsm-3d', attack: 'ti-fgsm', options: { temporalKernel: 5 } },
        { name: 'apgd-dlr', attack: 'apgd', options: { steps: few(30), loss: 'dlr' } },
        { name: 'apgd-t', attack: 'apgd-t', options: { steps: few(30), targets: 3 } },
        {
          name: 'auto',
          attack: 'auto',
          options: { steps: few(30), targets: 3, maxQueries: queryLimit },
        },
        {
          name: 'msanet',
          attack: 'msanet',
          ...(thrift === 1 ? {} : { options: { steps: few(60) } }),
        },
        { name: 'pgd-l1', attack: 'pgd', budget: { norm: 'l1', epsilon: 100 } },
        ...ladder('-level', finest, { steps: few(30) }),
        { name: 'pgd-smallest-linf', attack: 'smallest-epsilon' },
        {
          name: 'pgd-smallest-l2',
          attack: 'smallest-epsilon',
          options: { bisections: reach.bisections },
          budget: { norm: 'l2', epsilon: reach.l2 },
        },
        {
          name: 'pgd-smallest-l1',
          attack: 'smallest-epsilon',
          options: { bisections: reach.bisections },
          budget: { norm: 'l1', epsilon: reach.l1 },
        },
      ];
    case 'l2-budget':
      // A random start uses up a part of so small a ball: long steps win it back.
      return ladder(
        '-l2',
        { norm: 'l2', epsilon: narrow },
        { steps: 60 },
        { steps: 20, stepSize: narrow / 2 },
      );
    case 'smallest-perturbation':
      return [
        { name: 'deepfool-linf', attack: 'deepfool', options: { classes: 4, projections: 3 } },
        {
          name: 'deepfool-l2',
          attack: 'deepfool',
          options: { classes: 4, projections: 3 },
          budget: wide.l2,
        },
        {
          name: 'cw',
          attack: 'cw',
          options: { steps: 40, ...cw },
          budget: wide.l2,
        },
        {
          name: 'ddn',
          attack: 'ddn',
          options: { steps: few(30), ...(thrift === 1 ? {} : { initialNorm: 0.5 }) },
          budget: wide.l2,
        },
        { name: 'fmn-linf', attack: 'fmn', options: { steps: few(30) } },
        { name: 'fmn-l2', attack: 'fmn', options: { steps: few(30) }, budget: wide.l2 },
        { name: 'fmn-l1', attack: 'fmn', options: { steps: few(40) }, budget: wide.l1 },
        // With few steps, the number of pixels has to grow fast.
        {
          name: 'fmn-l0',
          attack: 'fmn',
          options: { steps: 40, gamma: 0.5, stepSize: 3 },
          budget: wide.l0,
        },
        {
          name: 'ead',
          attack: 'ead',
          options: ead,
          budget: wide.l1,
        },
        { name: 'fab-linf', attack: 'fab', options: { steps: 10, classes: 4 } },
        { name: 'fab-l2', attack: 'fab', options: { steps: 10, classes: 4 }, budget: wide.l2 },
        { name: 'fab-t-linf', attack: 'fab-t', options: { steps: 10, targets: 3 } },
        {
          name: 'fab-t-l2',
          attack: 'fab-t',
          options: { steps: 10, targets: 3 },
          budget: wide.l2,
        },
      ];
    case 'video':
      return [
        { name: 'sparse', attack: 'sparse', options: { steps: few(30) } },
        { name: 'flickering', attack: 'flickering', options: { steps: few(30) } },
        { name: 'one-frame', attack: 'one-frame' },
        { name: 'frame-saliency', attack: 'frame-saliency' },
        { name: 'deepsava', attack: 'deepsava', options: { steps: few(30) } },
        { name: 'temporal-translation', attack: 'temporal-translation', options: { reach: 2 } },
        { name: 'motion-blur', attack: 'motion-blur' },
        { name: 'u3d', attack: 'u3d' },
      ];
    case 'query':
      return [
        { name: 'square', attack: 'square', queryLimit },
        { name: 'simba', attack: 'simba', queryLimit },
        // With fewer samples, several steps fit the limit.
        { name: 'nes', attack: 'nes', options: { samples: 2 * few(9) }, queryLimit },
        { name: 'spsa', attack: 'spsa', options: { samples: 2 * few(9) }, queryLimit },
        { name: 'vbad', attack: 'vbad', options: { samples: 2 * few(9) }, queryLimit },
        { name: 'motion-excited', attack: 'motion-excited', queryLimit },
        { name: 'geo-trap', attack: 'geo-trap', queryLimit },
        {
          name: 'heuristic',
          attack: 'heuristic',
          options: { starts: few(10), samples: 2 },
          queryLimit,
        },
      ];
    case 'universal':
      return universalFits.map(({ attack: name }) => ({
        name,
        attack: 'perturbation',
        options: { file: perturbationFile(id, name) },
      }));
  }
}

/** How a perturbation for all clips is fitted. */
export interface UniversalFit {
  readonly attack: string;
  /** Options that differ from the defaults. */
  readonly options: Readonly<Record<string, number>>;
}

/** The attacks that fit one perturbation for all clips. */
export const universalFits: readonly UniversalFit[] = [
  { attack: 'universal-pgd', options: {} },
  { attack: 'flickering-universal', options: {} },
  { attack: 'u3d-universal', options: { particles: 8, iterations: 10 } },
];

/** Training clips that they are fitted on. */
export const fittedClips = 100;

/** Where a fitted perturbation lies, relative to where msanet runs. */
export function perturbationFile(victim: string, attack: string): string {
  return `${victim}-${attack}.npy`;
}

/** The attacks that theory orders by strength, weakest first, in one budget. */
export const ladderAttacks = ['random-noise', 'fgsm', 'bim', 'pgd', 'apgd'] as const;

function ladder(
  suffix: string,
  budget: Budget | undefined,
  apgdOptions: Readonly<Record<string, unknown>>,
  pgdOptions?: Readonly<Record<string, unknown>>,
): ResultEntry[] {
  return ladderAttacks.map((attack) => ({
    name: `${attack}${suffix}`,
    attack,
    ...(budget === undefined ? {} : { budget }),
    ...(attack === 'apgd' ? { options: apgdOptions } : {}),
    ...(attack === 'pgd' && pgdOptions !== undefined ? { options: pgdOptions } : {}),
    ...(attack === 'random-noise' ? { options: { samples: 10 } } : {}),
  }));
}

/** The experiment file of one victim and part, for `msanet compare --config`. */
export function experimentOf(part: ResultPart, victim: ResultVictim, root: string): object {
  return {
    victims: [victim.id],
    attacks: entriesOf(part, victim),
    dataset: { id: 'demo-actions', root, split: 1, part: 'test' },
    clips: { kind: 'random', count: clipCount, seed: 0 },
  };
}
