import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseExperiment, type Experiment } from '@msanet/evaluation';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkExperiment } from '../../src/comparison/check-experiment.js';
import { readExperimentFile } from '../../src/comparison/experiment-file.js';
import { experimentFromFlags, type ExperimentFlags } from '../../src/comparison/flag-experiment.js';
import { builtInPlugins } from '../../src/composition/built-in-plugins.js';
import { Composition } from '../../src/composition/composition.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'msanet-experiment-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const composition = new Composition(builtInPlugins);

/** The experiment of flags, those that are not given being absent. */
function fromFlags(flags: Partial<ExperimentFlags>): Experiment {
  const all = { victim: [], attack: [], option: [], ...flags } as unknown as ExperimentFlags;
  return parseExperiment(experimentFromFlags(all, composition), () => 'flags');
}

describe('the flags of a comparison', () => {
  const data = { dataset: 'ucf101', root: 'data' };
  const tsm = 'mine=tsm:checkpoint=a,b.pth,inputSize=64,labels=names.txt';

  it('name victims and attacks with their settings, in the types that the options take', () => {
    const { victims, attacks } = fromFlags({
      ...data,
      victim: [tsm, 'tdn:checkpoint=t.pth'],
      attack: ['fgsm', 'long=pgd:steps=50,epsilon=4/255', 'ball=pgd:norm=l2,epsilon=3'],
      option: ['long.restarts=2', 'pgd.earlyStop=false', 'mine.segments=4'],
      epsilon: '16/255',
      steps: '7',
    });
    expect(victims).toEqual([
      {
        name: 'mine',
        victim: 'tsm',
        options: { checkpoint: 'a,b.pth', inputSize: 64, segments: 4, labels: 'names.txt' },
      },
      { name: 'tdn', victim: 'tdn', options: { checkpoint: 't.pth' } },
    ]);
    expect(attacks.map(({ name, options, budget }) => [name, options, budget])).toEqual([
      ['fgsm', {}, { norm: 'linf', epsilon: 16 / 255 }],
      // An option for the name goes before one for the plugin.
      ['long', { steps: 50, restarts: 2, earlyStop: false }, { norm: 'linf', epsilon: 4 / 255 }],
      ['ball', { steps: 7, earlyStop: false }, { norm: 'l2', epsilon: 3 }],
    ]);
  });

  it('choose clips, seeds, targets and what is kept', () => {
    const flags = { ...data, victim: [tsm], attack: ['fgsm'] };
    expect(fromFlags(flags).clips).toEqual({ kind: 'all' });
    expect(
      fromFlags({ ...flags, clips: '9', selectSeed: '4', seeds: '0,2', compression: '18,28' }),
    ).toMatchObject({
      clips: { kind: 'random', count: 9, seed: 4 },
      seeds: [0, 2],
      compression: [18, 28],
      videos: 0,
    });
    expect(fromFlags({ ...flags, clipsPerClass: '2', videos: 'all', target: '3' })).toMatchObject({
      clips: { kind: 'per-class', count: 2, seed: 0 },
      videos: 'all',
      target: '3',
    });
    expect(fromFlags({ ...flags, clipList: 'used.pkl', queryLimit: '100' })).toMatchObject({
      clips: { kind: 'list', file: 'used.pkl' },
      attacks: [{ queryLimit: 100 }],
    });
  });

  it.each([
    [{ attack: ['fgsm'] }, 'USAGE', '--victim, --attack and --dataset'],
    [{ victim: ['tsn'], attack: ['fgsm'], ...data }, 'PLUGIN_UNKNOWN', 'did you mean'],
    [{ victim: ['a b'], attack: ['fgsm'], ...data }, 'OPTION_INVALID', 'name=id:key=value'],
    [{ victim: ['tsm:oops'], attack: ['fgsm'], ...data }, 'OPTION_INVALID', 'key=value'],
    [{ victim: [tsm], attack: ['fgsm:speed=1'], ...data }, 'OPTION_INVALID', 'got speed'],
    [
      { victim: [tsm], attack: ['fgsm'], ...data, option: ['tdn.steps=3'] },
      'OPTION_INVALID',
      'one of the names mine, fgsm',
    ],
    [{ victim: [tsm], attack: ['fgsm'], ...data, steps: '3' }, 'OPTION_INVALID', 'takes steps'],
    [
      { victim: [tsm], attack: ['fgsm'], ...data, clips: '1', clipList: 'y' },
      'USAGE',
      '--clips and --clip-list',
    ],
    [{ victim: [tsm, tsm], attack: ['fgsm'], ...data }, 'EXPERIMENT_INVALID', 'there twice'],
  ])('%j are refused', (flags, code, message) => {
    expect(() => fromFlags(flags)).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(message) }),
    );
  });
});

describe('an experiment file', () => {
  const text = `# A comparison
victims:
  - { name: eight, victim: tsm, options: { checkpoint: a.pth } }
attacks:
  - fgsm
  - { name: small, attack: fgsm, budget: { epsilon: 2/255 } }
  - { attack: random-noise, options: { samples: 2 } }
dataset: { id: hmdb51, root: hmdb }
`;
  const read = async (content: string, name = 'experiment.yaml'): Promise<Experiment> => {
    const file = join(folder, name);
    await writeFile(file, content);
    const { experiment } = await readExperimentFile(file);
    await checkExperiment(experiment, composition);
    return experiment;
  };

  it('may be YAML or JSON', async () => {
    const yaml = await read(text);
    expect(yaml.attacks.map(({ name }) => name)).toEqual(['fgsm', 'small', 'random-noise']);
    expect(await read(JSON.stringify(yaml), 'experiment.json')).toEqual(yaml);
  });

  it.each([
    ['2/255', 'tiny', 'experiment.yaml:6, attacks[1].budget.epsilon: expected a number'],
    ['root: hmdb', 'root: 3', 'experiment.yaml:8, dataset.root: expected text, got 3'],
    ['dataset:', 'data:', 'experiment.yaml:2, dataset: expected'],
    ['# A', 'speed: 3 # A', 'experiment.yaml:1: expected only keys that the form has, got the key'],
    ['- fgsm', '- [fgsm', 'experiment.yaml:'],
    ['samples: 2', 'sample: 2', 'attack random-noise: expected only the options'],
    ['epsilon: 2/255', 'norm: l0, pixels: 5', 'attack small: expected a budget of norm'],
    ['attack: fgsm', 'attack: fgms', '--attack: expected'],
    ['options: { checkpoint: a.pth }', 'options: {}', 'victim tsm, option checkpoint'],
  ])('in which %j became %j is refused: %s', async (from, to, message) => {
    await expect(read(text.replace(from, to))).rejects.toThrow(message);
  });

  it('that is not there is named', async () => {
    await expect(readExperimentFile(join(folder, 'none.yaml'))).rejects.toMatchObject({
      code: 'FILE_NOT_FOUND',
    });
  });
});
