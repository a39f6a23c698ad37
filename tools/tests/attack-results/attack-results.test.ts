import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { universalAttacks } from '@msanet/baselines';
import { parseExperiment } from '@msanet/evaluation';
import { builtInPlugins } from 'msanet';
import { describe, expect, it } from 'vitest';
import {
  entriesOf,
  experimentOf,
  mergedResults,
  orderingsOf,
  readRun,
  resultParts,
  resultsSection,
  resultVictims,
  universalFits,
  type AttackRow,
} from '../../src/index.js';

/** A row as a run would give it. */
function row(name: string, changes: Partial<AttackRow> = {}): AttackRow {
  return {
    victim: 'tsm-demo',
    part: 'fixed-budget',
    name,
    attack: name,
    options: {},
    budget: { norm: 'linf', epsilon: 8 / 255 },
    queryLimit: null,
    successes: 100,
    trials: 100,
    means: { 'mean-absolute-perturbation': 1.25, l2: 3, ssim: 0.98765, 'temporal-roughness': 0.5 },
    medianNorm: { linf: 8, l2: 3, l1: 900 },
    forward: 2,
    gradient: 10,
    seconds: 0.5,
    ...changes,
  };
}

describe('the experiments of the table', () => {
  it.each(resultVictims)(
    'are valid, with every attack of the baselines and MSANet: $id',
    (victim) => {
      const entries = resultParts.flatMap((part) => entriesOf(part, victim));
      const expected = builtInPlugins.filter(({ kind }) => kind === 'attack').map(({ id }) => id);
      expect([...new Set(entries.map(({ attack }) => attack))].sort()).toEqual(expected.sort());
      const parsed = resultParts.map((part) =>
        parseExperiment(experimentOf(part, victim, 'demo-actions'), () => 'table.json'),
      );
      expect(parsed.flatMap(({ attacks }) => attacks)).toHaveLength(entries.length);
      for (const { attack, options = {} } of [...entries, ...universalFits]) {
        const plugin = [...builtInPlugins, ...universalAttacks].find(({ id }) => id === attack);
        expect(plugin?.options.safeParse(options).success, attack).toBe(true);
      }
    },
  );
});

describe('orderingsOf', () => {
  const ladder = (successes: readonly number[]): AttackRow[] =>
    ['random-noise', 'fgsm', 'bim', 'pgd', 'apgd'].map((name, index) =>
      row(name, { successes: successes[index] }),
    );

  it('holds where success never falls along the ladder, and not where it does', () => {
    expect(orderingsOf(ladder([0, 80, 95, 95, 100]))).toMatchObject([
      { figures: '0 ≤ 80 ≤ 95 ≤ 95 ≤ 100', holds: true },
    ]);
    expect(orderingsOf(ladder([0, 96, 95, 95, 100]))[0].holds).toBe(false);
  });

  it('says nothing of a ladder with a step missing', () => {
    expect(orderingsOf(ladder([0, 80, 95, 95, 100]).slice(1))).toEqual([]);
  });

  it('holds a smallest perturbation to a tenth above the smallest ε of PGD, in its own norm', () => {
    const smallest = (size: number | null): AttackRow =>
      row('ddn', {
        part: 'smallest-perturbation',
        budget: { norm: 'l2', epsilon: 100 },
        medianNorm: { linf: 50, l2: size, l1: null },
      });
    const pgd = row('pgd-smallest-l2', { medianNorm: { linf: null, l2: 1, l1: null } });
    const verdict = (size: number | null) => orderingsOf([pgd, smallest(size)])[0].holds;
    expect([0.5, 1.09, 1.11, null].map(verdict)).toEqual([true, true, false, false]);
  });
});

describe('mergedResults', () => {
  it('replaces a part as a whole, keeps the others, and is in the order of victims and parts', () => {
    const earlier = {
      machines: ['old'],
      rows: [
        row('pgd', { victim: 'tdn-demo' }),
        row('gone'),
        row('pgd', { successes: 1 }),
        row('ddn', { part: 'smallest-perturbation' }),
      ],
    };
    const later = { machine: 'new', rows: [row('pgd', { successes: 2 }), row('bim')] };
    const { machines, rows } = mergedResults(earlier, [later]);
    expect(machines).toEqual(['old', 'new']);
    expect(rows.map(({ victim, name, successes }) => [victim, name, successes])).toEqual([
      ['tsm-demo', 'pgd', 2],
      ['tsm-demo', 'bim', 100],
      ['tsm-demo', 'ddn', 100],
      ['tdn-demo', 'pgd', 100],
    ]);
    expect(mergedResults(earlier, [])).toMatchObject({ machines: ['old'] });
  });
});

describe('readRun', () => {
  it('reads what is planned of a finished run, with medians that count failures as infinite', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'msanet-table-'));
    const budget = { norm: 'linf', epsilon: 8 / 255 };
    const cell = (attack: string) => ({
      victim: 'tsm-demo',
      attack,
      success: { overCleanCorrect: { successes: 2, trials: 3 } },
      metrics: { l2: { mean: 1.5 } },
      queries: { forward: 1, gradient: 10 },
    });
    const entry = (name: string) => ({ name, attack: name, options: {}, budget, queryLimit: null });
    const record = (success: boolean, l2: number, attack: number) => ({
      attack: 'pgd',
      success,
      result: { metrics: { l2 } },
      times: { attack },
    });
    const files = {
      'manifest.json': {
        experiment: { attacks: [entry('pgd'), entry('no-longer-planned')] },
        circumstances: { processor: 'a processor', workers: 2, threads: 1 },
      },
      'summary.json': { finished: true, cells: [cell('pgd'), cell('no-longer-planned')] },
    };
    try {
      for (const [name, content] of Object.entries(files)) {
        await writeFile(join(folder, name), JSON.stringify(content));
      }
      const records = [record(true, 1, 0.5), record(false, 9, 0.7), record(true, 2, 0.6)];
      const lines = records.map((line) => `${JSON.stringify(line)}\n`);
      await writeFile(join(folder, 'records.jsonl'), lines.join(''));
      const run = await readRun(folder, 'fixed-budget');
      expect(run?.machine).toBe('a processor, 2 workers of 1 thread each');
      expect(run?.rows).toMatchObject([
        {
          name: 'pgd',
          successes: 2,
          trials: 3,
          means: { l2: 1.5 },
          medianNorm: { l2: 2 },
          seconds: 0.6,
        },
      ]);
      const unfinished = { ...files['summary.json'], finished: false };
      await writeFile(join(folder, 'summary.json'), JSON.stringify(unfinished));
      expect(await readRun(folder, 'fixed-budget')).toBeUndefined();
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe('resultsSection', () => {
  const section = resultsSection({
    machines: ['a machine'],
    rows: [
      row('pgd'),
      row('weak', {
        attack: 'pgd',
        options: { steps: 3 },
        budget: { norm: 'l2', epsilon: 0.5 },
        successes: 0,
        means: { 'mean-absolute-perturbation': null, l2: null, ssim: null },
        queryLimit: 60,
      }),
    ],
  }).join('\n');

  it('shows what was measured, and leaves out what there is not', () => {
    expect(section).toContain(
      '| `pgd` |  | 100/100 | 1.250 | 3.00 | 0.9877 | 0.500 | 2 | 10 | 0.50 |',
    );
    expect(section).toContain(
      '| `weak` | `pgd`, l2 0.5, steps 3, at most 60 queries | 0/100 |  |  |  |  | 2 | 10 | 0.50 |',
    );
  });

  it('names the command that makes it, and what has not been run', () => {
    expect(section).toContain('npm run attack-results');
    expect(section).toMatch(
      /^Not run yet: `tsm-demo` l2-budget, `tsm-demo` smallest-perturbation, .*`tdn-demo` universal\.$/m,
    );
  });
});
