import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { generateDemoActions } from '@msanet/demo-actions';
import type {
  AttackRecord,
  CellSummary,
  ClipRecord,
  ComparisonSummary,
  Manifest,
} from '@msanet/evaluation';
import { readDataset } from '@msanet/video';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { msanet } from '../support/command.js';
import { writeMiniHmdb, writeMiniUcf } from '../support/mini-datasets.js';
import { runRecords } from '../support/run-records.js';

/**
 * The published data sets in miniature, with all that is odd about their files and names. They show clips of demo-actions that
 * the demo victims were not trained on.
 */
let folder: string;
const path = (name: string): string => join(folder, name);

/** Clips of two persons that the victims have never seen: one for either data set. */
const shown = {
  ucf101: ['SitDown', 'WalkRight'].map((name) => `v_${name}_g01_c01`),
  hmdb51: ['PushBox', 'WaveHand'].map((name) => `v_${name}_g02_c01`),
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'msanet-demo-victims-'));
  const only = [...shown.ucf101, ...shown.hmdb51];
  const { root } = await generateDemoActions({ root: path('demo-actions'), only });
  const [sit, walk, push, wave] = only.map((id) => ({
    video: join(root, 'videos', id.split('_')[1], `${id}.avi`),
  }));
  await writeMiniUcf(
    path('ucf101'),
    // Fewer than the victims know, so that no class has the number that it has there.
    ['PullBox', 'PushBox', 'SitDown', 'StandUp', 'WalkRight'],
    [
      { className: 'PushBox', file: 'v_PushBox_g08_c01.avi', content: push, part: 'train' },
      { className: 'WalkRight', file: 'v_WalkRight_g01_c01.avi', content: walk },
      { className: 'SitDown', file: 'v_SitDown_g04_c02.avi', content: 'missing' },
      { className: 'PushBox', file: 'v_PushBox_g05_c03.avi', content: 'text' },
      { className: 'SitDown', file: 'v_SitDown_g01_c01.avi', content: sit },
    ],
  );
  await writeMiniHmdb(path('hmdb51'), [
    { className: 'wave_hand', file: 'Tom;_&_Jerry!_(wave {hand})_med 1.avi', content: wave },
    { className: 'wave_hand', file: "; it's gone & [lost]! 1.avi", content: 'missing' },
    { className: 'push_box', file: '#20_Rhythm_[push box]_np1_goo_0.avi', content: push },
    { className: 'push_box', file: '#21 (to) train; 2.avi', content: push, part: 'train' },
    { className: 'stand_up', file: '[un]used & 2.avi', content: push, part: 'unused' },
    { className: 'stand_up', file: 'no;video (here)! #2 0.avi', content: 'text' },
  ]);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const victims = ['tsm-demo', 'tdn-demo'];
const attacks = ['fgsm', 'pgd', 'msanet'];

const cases = [
  {
    dataset: 'ucf101',
    root: 'ucf101',
    // In the order of the list.
    readable: ['WalkRight/v_WalkRight_g01_c01', 'SitDown/v_SitDown_g01_c01'],
    labels: [4, 2],
    predicted: ['WalkRight', 'SitDown'],
    undecodable: 'PushBox/v_PushBox_g05_c03',
    missing: 'SitDown/v_SitDown_g04_c02',
    training: { id: 'PushBox/v_PushBox_g08_c01', label: 1 },
    unused: [],
  },
  {
    dataset: 'hmdb51',
    // The split files lie beside this folder; above, the lists lie inside the root.
    root: 'hmdb51/hmdb51_org',
    // In the order of the classes.
    readable: [
      'push_box/#20_Rhythm_[push box]_np1_goo_0',
      'wave_hand/Tom;_&_Jerry!_(wave {hand})_med 1',
    ],
    labels: [0, 2],
    predicted: ['PushBox', 'WaveHand'],
    undecodable: 'stand_up/no;video (here)! #2 0',
    missing: "wave_hand/; it's gone & [lost]! 1",
    training: { id: 'push_box/#21 (to) train; 2', label: 0 },
    unused: ['stand_up/[un]used & 2'],
  },
];

describe.each(cases)(
  'msanet compare on $dataset in miniature, with both demo victims',
  ({ dataset, readable, labels, predicted, undecodable, missing, ...rest }) => {
    const root = (): string => path(rest.root);
    const out = (): string => path(`${dataset}-run`);
    let summary: ComparisonSummary;
    let stderr: string;
    let clips: readonly ClipRecord[];
    let examined: readonly ClipRecord[];
    let records: readonly AttackRecord[];

    beforeAll(async () => {
      const result = await msanet([
        'compare',
        ...victims.flatMap((name) => ['--victim', name]),
        ...attacks.flatMap((name) => ['--attack', name]),
        ...['--dataset', dataset, '--root', root(), '--epsilon', '8/255', '-o', 'msanet.steps=4'],
        ...['--workers', '1', '--threads', '1', '--out', out(), '--json'],
      ]);
      expect(result.status, result.stderr).toBe(0);
      summary = JSON.parse(result.stdout) as ComparisonSummary;
      stderr = result.stderr;
      clips = await runRecords<ClipRecord>(out(), 'clips.jsonl');
      examined = clips.filter(({ status }) => status === 'examined');
      records = await runRecords<AttackRecord>(out(), 'records.jsonl');
    });

    /** What became of the clips that a victim was attacked on. */
    const attacked = (victim: string, attack: string): AttackRecord[] =>
      records.filter(
        (record) =>
          record.status === 'attacked' && record.victim === victim && record.attack === attack,
      );
    const cellOf = (victim: string, attack: string): CellSummary | undefined =>
      summary.cells.find((cell) => cell.victim === victim && cell.attack === attack);

    it('takes the test clips of the split and no others, whatever they are called', async () => {
      expect(summary.finished).toBe(true);
      expect(examined.map(({ clip }) => clip)).toEqual(readable);
      expect(examined.map(({ label }) => label)).toEqual(labels);
      expect(new Set(records.map(({ clip }) => clip))).toEqual(new Set([...readable, undecodable]));
      // What was left out could have been read.
      const { clips: training } = await readDataset(dataset, { root: root(), part: 'train' });
      expect(training).toMatchObject([rest.training]);
      const { clips: all } = await readDataset(dataset, { root: root(), part: 'all' });
      expect(all.map(({ id }) => id).sort()).toEqual(
        [...readable, undecodable, rest.training.id, ...rest.unused].sort(),
      );
    });

    it('names and records the missing and the undecodable clip, and goes on', async () => {
      const { length } = readable;
      expect(summary.clips).toEqual({ chosen: length + 1, examined: length, failed: 1 });
      expect(stderr).toContain(`${missing}: missing, `);
      expect(stderr).toContain(`${undecodable}: undecodable, `);
      const manifest = JSON.parse(await readFile(join(out(), 'manifest.json'), 'utf8')) as Manifest;
      expect(manifest.circumstances['problems']).toMatchObject([
        { id: missing, kind: 'missing' },
        { id: undecodable, kind: 'undecodable' },
      ]);
      const failed = clips.filter(({ status }) => status === 'failed');
      expect(failed).toMatchObject([{ clip: undecodable, failure: { code: 'VIDEO_INVALID' } }]);
      expect(summary.failures).toHaveLength(1);
      expect(summary.failures[0].message).toContain(basename(undecodable));
      const lost = records.filter(({ clip }) => clip === undecodable);
      expect(lost.map(({ status }) => status)).toEqual(Array(2 * 3).fill('failed'));
    });

    // As the model cards say of all 392 such clips; these are copies, byte by byte, so no further compression excuses a miss.
    it('finds that both victims classify every clean clip correctly', () => {
      const count = { successes: readable.length, trials: readable.length };
      expect(summary.victims).toMatchObject(
        victims.map((victim) => ({ victim, cleanAccuracy: count })),
      );
      for (const victim of victims) {
        expect(examined.map((clip) => clip.victims[victim].prediction.class)).toEqual(predicted);
      }
    });

    it('has a record of every attack on every victim and clip, inside the budget', () => {
      expect(records).toHaveLength(2 * 3 * (readable.length + 1));
      for (const victim of victims) {
        for (const attack of attacks) {
          const own = attacked(victim, attack);
          expect(own.map(({ clip }) => clip)).toEqual(readable);
          for (const { result } of own) {
            const largest = result?.metrics['linf'] ?? NaN;
            expect(largest).toBeGreaterThan(0.999);
            expect(largest).toBeLessThan(8.001);
          }
        }
      }
    });

    it('finds that PGD and MSANet mostly succeed, MSANet with smaller perturbations', () => {
      for (const victim of victims) {
        const [pgdSize, msanetSize] = ['pgd', 'msanet'].map((attack) => {
          const fooling = attacked(victim, attack).filter(({ success }) => success);
          expect(fooling.length, `${attack} on ${victim}`).toBeGreaterThan(readable.length / 2);
          const sizes = fooling.map(
            ({ result }) => result?.metrics['mean-absolute-perturbation'] ?? NaN,
          );
          const mean = sizes.reduce((sum, size) => sum + size, 0) / sizes.length;
          const told = cellOf(victim, attack)?.metrics['mean-absolute-perturbation'];
          expect(told?.mean).toBeCloseTo(mean, 6);
          return mean;
        });
        expect(msanetSize).toBeGreaterThan(0);
        expect(msanetSize).toBeLessThan(pgdSize);
      }
    });

    it('tells for every attack and both victims how its clips fool each of them', () => {
      const expected = attacks.flatMap((attack) =>
        victims.flatMap((crafted) =>
          victims.map((judged) => {
            const fooling = attacked(crafted, attack).filter(({ success, result }) =>
              crafted === judged ? success : result?.transfer[judged].success,
            );
            const count = { successes: fooling.length, trials: readable.length };
            return { attack, crafted, judged, success: count };
          }),
        ),
      );
      expect(summary.transfer).toMatchObject(expected);
      for (const { attack, crafted, judged, success } of summary.transfer) {
        if (crafted !== judged) continue;
        expect(success).toEqual(cellOf(crafted, attack)?.success?.overCleanCorrect);
      }
    });
  },
);
