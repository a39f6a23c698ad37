import { describe, expect, it } from 'vitest';
import { parseExperiment } from '../../src/index.js';
import { formatPath } from '../../src/comparison/parse-experiment.js';

const least = { victims: ['tsm-demo'], attacks: ['pgd'], dataset: 'demo-actions' };
const parse = (value: unknown) =>
  parseExperiment(value, (path) => `file at ${formatPath(path) || 'the top'}`);

describe('an experiment', () => {
  it('has a usual value for whatever is left out', () => {
    expect(parse(least)).toEqual({
      victims: [{ name: 'tsm-demo', victim: 'tsm-demo', options: {} }],
      attacks: [
        {
          name: 'pgd',
          attack: 'pgd',
          options: {},
          budget: { norm: 'linf', epsilon: 8 / 255 },
          queryLimit: null,
        },
      ],
      dataset: { id: 'demo-actions', root: null, split: null, part: null, list: null },
      clips: { kind: 'all' },
      select: 'clean-correct',
      target: null,
      seeds: [0],
      compression: [],
      videos: 0,
      runtime: 'ort',
    });
  });

  it('may hold an attack several times, each with options and a budget of its own', () => {
    const { attacks } = parse({
      ...least,
      budget: { norm: 'l2', epsilon: 5 },
      queryLimit: 100,
      attacks: [
        'fgsm',
        { name: 'pgd-20', attack: 'pgd', options: { steps: 20 }, budget: { epsilon: '4/255' } },
        { name: 'sparse', attack: 'pgd', budget: { norm: 'frames', frames: 2, epsilon: 0.1 } },
        { name: 'free', attack: 'pgd', queryLimit: null },
      ],
    });
    expect(attacks.map(({ name, budget, queryLimit }) => [name, budget, queryLimit])).toEqual([
      ['fgsm', { norm: 'l2', epsilon: 5 }, 100],
      ['pgd-20', { norm: 'linf', epsilon: 4 / 255 }, 100],
      ['sparse', { norm: 'frames', frames: 2, epsilon: 0.1 }, 100],
      ['free', { norm: 'l2', epsilon: 5 }, null],
    ]);
  });

  it('is read again from its own form, as it stands in a manifest', () => {
    const experiment = parse({ ...least, target: 3, seeds: [4, 4, 1], videos: 'none' });
    expect(parse(JSON.parse(JSON.stringify(experiment)))).toEqual(experiment);
    expect(experiment).toMatchObject({ target: '3', seeds: [4, 1], videos: 0 });
  });

  it.each([
    [{ victims: ['a'], attacks: ['b'] }, 'file at dataset, dataset: expected', 'got nothing'],
    [{ ...least, victims: [] }, 'victims: expected at least 1 entry', 'got []'],
    [{ ...least, seeds: [-1] }, 'seeds[0]: expected at least 0', 'got -1'],
    [{ ...least, seeds: ['x'] }, 'seeds[0]: expected a number', 'got x'],
    [{ ...least, select: 'best' }, 'expected one of clean-correct, clean-correct-all, all', 'best'],
    [{ ...least, speed: 3 }, 'file at the top: expected only keys that the form has', 'key speed'],
    [{ ...least, clips: { kind: 'random' } }, 'clips.count: expected a', 'got nothing'],
    [{ ...least, clips: { kind: 'some' } }, 'clips', 'some'],
    [
      { ...least, attacks: [{ attack: 'pgd', budget: { epsilon: 'much' } }] },
      'attacks[0].budget.epsilon: expected a number or a fraction such as 8/255',
      'got much',
    ],
    [
      { ...least, attacks: [{ attack: 'pgd', budget: { epsilon: 8 } }] },
      'attacks[0].budget: expected an epsilon from 0 to 1 (linf)',
      '{"epsilon":8}',
    ],
    [
      { ...least, attacks: ['pgd', { attack: 'pgd' }] },
      'attacks[1].name: expected a name of its own, because pgd is there twice',
      'got nothing',
    ],
    [{ ...least, victims: [{ victim: 'a', option: {} }] }, 'victims[0]', 'the key option'],
    ['pgd', 'file at the top: expected keys with values', 'got pgd'],
    [null, 'file at the top: expected keys with values', 'got null'],
  ])('%j is refused with place, expectation and finding', (value, expected, got) => {
    let message = '';
    try {
      parse(value);
    } catch (error) {
      expect(error).toMatchObject({ code: 'EXPERIMENT_INVALID' });
      message = (error as Error).message;
    }
    expect(message).toContain(expected);
    expect(message).toContain(got);
  });
});
