import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  selectDatasetClips,
  type ClipSelection,
  type DatasetClip,
  type DatasetProblem,
} from '../../src/index.js';

/** A data set with `perClass` clips of each class. */
function dataset(perClass: readonly number[]): DatasetClip[] {
  const clips: DatasetClip[] = [];
  for (const [label, count] of perClass.entries()) {
    for (let number = 0; number < count; number++) {
      const id = `class${label}/v_${number}`;
      const index = clips.length;
      clips.push({ id, path: `/data/${id}.avi`, label, className: `class${label}`, index });
    }
  }
  return clips;
}

const sizes = fc.array(fc.nat({ max: 9 }), { minLength: 1, maxLength: 6 });
const count = fc.integer({ min: 1, max: 30 });
const seed = fc.nat({ max: 2 ** 40 });
const ids = (clips: readonly DatasetClip[]) => clips.map(({ id }) => id);
const seeded = (kind: 'random' | 'per-class', number: number, value: number): ClipSelection => ({
  kind,
  count: number,
  seed: value,
});

describe('selectDatasetClips', () => {
  it('takes as many as there are, and each once', () => {
    fc.assert(
      fc.property(sizes, count, seed, (perClass, number, value) => {
        const clips = dataset(perClass);
        const random = ids(selectDatasetClips(clips, seeded('random', number, value)));
        expect(random).toHaveLength(Math.min(number, clips.length));
        expect(new Set(random).size).toBe(random.length);
        const chosen = selectDatasetClips(clips, seeded('per-class', number, value));
        expect(new Set(ids(chosen)).size).toBe(chosen.length);
        for (const [label, size] of perClass.entries()) {
          const ofClass = chosen.filter((clip) => clip.label === label);
          expect(ofClass).toHaveLength(Math.min(number, size));
        }
        const all = selectDatasetClips(clips, { kind: 'all' });
        expect(ids(all)).toEqual(ids(clips));
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  it.each(['random', 'per-class'] as const)(
    'only adds at the end for a larger count (%s)',
    (kind) => {
      fc.assert(
        fc.property(sizes, count, count, seed, (perClass, a, b, value) => {
          const clips = dataset(perClass);
          const [fewer, more] = [Math.min(a, b), Math.max(a, b)];
          const larger = ids(selectDatasetClips(clips, seeded(kind, more, value)));
          const smaller = ids(selectDatasetClips(clips, seeded(kind, fewer, value)));
          expect(larger.slice(0, smaller.length)).toEqual(smaller);
        }),
        { seed: 2, numRuns: 300 },
      );
    },
  );

  it.each(['random', 'per-class'] as const)(
    'knows no order of files, and no missing ones (%s)',
    (kind) => {
      fc.assert(
        fc.property(sizes, count, seed, fc.nat(), (perClass, number, value, gone) => {
          const clips = dataset(perClass);
          const chosen = ids(selectDatasetClips(clips, seeded(kind, number, value)));
          const reversed = selectDatasetClips([...clips].reverse(), seeded(kind, number, value));
          expect(ids(reversed)).toEqual(chosen);
          const missing = clips[gone % Math.max(1, clips.length)]?.id;
          const rest = clips.filter(({ id }) => id !== missing);
          const without = new Set(ids(selectDatasetClips(rest, seeded(kind, number, value))));
          for (const id of chosen) if (id !== missing) expect(without.has(id)).toBe(true);
        }),
        { seed: 3, numRuns: 300 },
      );
    },
  );

  it('is what it was, from release to release', () => {
    const clips = dataset([4, 4]);
    expect(ids(selectDatasetClips(clips, seeded('random', 3, 1024)))).toEqual([
      'class1/v_2',
      'class0/v_0',
      'class1/v_1',
    ]);
    expect(ids(selectDatasetClips(clips, seeded('per-class', 1, 7)))).toEqual([
      'class0/v_0',
      'class1/v_1',
    ]);
  });

  it('draws every clip about equally often', () => {
    const clips = dataset([5, 5]);
    const drawn = new Map<string, number>();
    for (let value = 0; value < 2000; value++) {
      const [{ id }] = selectDatasetClips(clips, seeded('random', 1, value));
      drawn.set(id, (drawn.get(id) ?? 0) + 1);
    }
    // Chi-squared with 9 degrees of freedom exceeds 33.7 once in 10,000 times.
    const statistic = ids(clips).reduce(
      (sum, id) => sum + ((drawn.get(id) ?? 0) - 200) ** 2 / 200,
      0,
    );
    expect(statistic).toBeLessThan(33.7);
  });

  it('replays ids, paths and indices in the order of their list', () => {
    const clips = dataset([2, 2]);
    const problems: DatasetProblem[] = [];
    const references = [
      3,
      'class0/v_1.avi',
      'class0/v_1',
      '/their/disk/class1/v_0.mp4',
      'C:\\video\\class0\\v_0',
      99,
      'v_1',
    ];
    const selection = { kind: 'list' as const, references };
    const chosen = selectDatasetClips(clips, selection, (problem) => problems.push(problem));
    expect(ids(chosen)).toEqual(['class1/v_1', 'class0/v_1', 'class1/v_0', 'class0/v_0']);
    expect(problems.map(({ kind, id }) => [kind, id])).toEqual([
      ['duplicate', 'class0/v_1'],
      ['missing', '99'],
      ['missing', 'v_1'],
    ]);
  });

  it('means the same index where a clip is missing', () => {
    const clips = dataset([3]).filter(({ index }) => index !== 1);
    const selection = { kind: 'list' as const, references: [2, 1] };
    expect(ids(selectDatasetClips(clips, selection))).toEqual(['class0/v_2']);
  });

  it('gives back every selection from its ids', () => {
    fc.assert(
      fc.property(sizes, count, seed, (perClass, number, value) => {
        const clips = dataset([1, ...perClass]);
        const chosen = selectDatasetClips(clips, seeded('random', number, value));
        for (const references of [ids(chosen), chosen.map(({ index }) => index)]) {
          expect(selectDatasetClips(clips, { kind: 'list', references })).toEqual(chosen);
        }
      }),
      { seed: 4, numRuns: 200 },
    );
  });

  it('refuses counts and lists that select nothing', () => {
    const clips = dataset([2]);
    for (const number of [0, -1, 1.5, NaN]) {
      const select = () => selectDatasetClips(clips, seeded('random', number, 1));
      expect(select).toThrow(expect.objectContaining({ code: 'OPTION_INVALID' }));
    }
    for (const references of [[], ['other/clip'], [7]]) {
      const select = () => selectDatasetClips(clips, { kind: 'list', references });
      expect(select).toThrow(expect.objectContaining({ code: 'DATASET_INVALID' }));
    }
  });
});
