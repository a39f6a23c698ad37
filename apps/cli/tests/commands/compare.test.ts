import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AttackRecord, ClipRecord, ComparisonSummary, Manifest } from '@msanet/evaluation';
import { decodeFrames } from '@msanet/video';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PredictResult } from '../../src/work/tasks/predict.js';
import { msanet } from '../support/command.js';
import { writeMiniHmdb, writeMiniUcf, writeWaves } from '../support/mini-datasets.js';
import { runRecords } from '../support/run-records.js';
import { makeWorkspace, type Workspace } from '../support/workspace.js';

let workspace: Workspace;
/** The class that the victim takes the videos for. */
let className: string;
/** Two victims of the same weights that sample different frames. */
let victims: string[];

beforeAll(async () => {
  workspace = await makeWorkspace();
  const { path, checkpoint, video, victim } = workspace;
  const { stdout } = await msanet(['predict', video, ...victim, '--top', '1', '--json']);
  className = (JSON.parse(stdout) as PredictResult).predictions[0].classes[0].label;
  const phases = [0, 1, 2].map((phase) => path(`waves-${phase}.mp4`));
  for (const [phase, file] of phases.entries()) await writeWaves(file, phase);
  await writeMiniUcf(
    path('ucf'),
    [className, 'run', 'jump', 'sit'],
    [video, ...phases].map((shown, index) => ({
      className,
      file: `v_${className}_g0${index + 1}_c01.avi`,
      content: { video: shown },
    })),
  );
  await writeMiniHmdb(path('hmdb'), [
    { className, file: "it's_#1;_&_(odd)!_np1.avi", content: { video } },
    { className, file: 'not a video.avi', content: 'text' },
    { className, file: 'gone.avi', content: 'missing' },
    { className, file: 'for_training.avi', content: { video }, part: 'train' },
    { className, file: 'unused.avi', content: { video }, part: 'unused' },
    {
      className: className === 'run' ? 'walk' : 'run',
      file: 'plain_np1.avi',
      content: { video },
    },
  ]);
  const weights = `tsm:checkpoint=${checkpoint},inputSize=64`;
  victims = ['--victim', `eight=${weights}`, '--victim', `five=${weights},segments=5`];
});
afterAll(() => workspace.remove());

const attacks = ['--attack', 'fgsm', '--attack', 'brief=pgd:steps=2', '--attack', 'random-noise'];

const read = <R>(out: string, file: Parameters<typeof runRecords>[1]): Promise<R[]> =>
  runRecords<R>(workspace.path(out), file);

/** Everything that two runs must have in common. */
async function recordsOf(out: string): Promise<unknown[]> {
  const lines = [
    ...(await read<ClipRecord>(out, 'clips.jsonl')),
    ...(await read<AttackRecord>(out, 'records.jsonl')),
  ];
  return lines.map((line) => ({ ...line, times: undefined }));
}

describe('msanet compare on UCF-101 in miniature', () => {
  let summary: ComparisonSummary;
  beforeAll(async () => {
    const { status, stdout, stderr } = await msanet([
      'compare',
      ...[...victims, ...attacks, '--dataset', 'ucf101', '--root', workspace.path('ucf')],
      ...['--select', 'all', '--compression', '23', '--videos', '1', '--workers', '2'],
      ...['-o', 'random-noise.samples=3', '--out', workspace.path('ucf-run'), '--json'],
    ]);
    expect(status, stderr).toBe(0);
    summary = JSON.parse(stdout) as ComparisonSummary;
  });

  it('attacks every clip on both victims with every attack, and fills the transfer table', async () => {
    expect(summary.finished).toBe(true);
    expect(summary.clips).toEqual({ chosen: 4, examined: 4, failed: 0 });
    expect(summary.failures).toEqual([]);
    expect(summary.cells.map(({ victim, attack }) => `${victim} ${attack}`)).toEqual([
      'eight fgsm',
      'eight brief',
      'eight random-noise',
      'five fgsm',
      'five brief',
      'five random-noise',
    ]);
    expect(summary.transfer).toHaveLength(3 * 2 * 2);
    expect(summary.victims[0].cleanAccuracy.successes).toBeGreaterThan(0);
    const records = await read<AttackRecord>('ucf-run', 'records.jsonl');
    expect(records).toHaveLength(4 * 2 * 3);
    const brief = records.find(({ attack, status }) => attack === 'brief' && status === 'attacked');
    expect(brief?.result?.queries.gradient).toBeLessThanOrEqual(2);
    expect(brief?.result?.metrics['linf']).toBeLessThanOrEqual(8.001);
    expect(Object.keys(brief?.result?.compressed ?? {})).toEqual(['23']);
  });

  it('attacks the union of the frames that the victims sample', async () => {
    const [clip] = await read<ClipRecord>('ucf-run', 'clips.jsonl');
    const { predictions } = JSON.parse(
      (await msanet(['predict', clip.path, ...workspace.victim, '--json'])).stdout,
    ) as PredictResult;
    expect(clip.frameCount).toBe(20);
    for (const frame of predictions[0].frameIndices) expect(clip.frames).toContain(frame);
    expect(clip.frames.length).toBeGreaterThan(predictions[0].frameIndices.length);
  });

  it('keeps videos that decode to what was judged', async () => {
    const [clip] = await read<ClipRecord>('ucf-run', 'clips.jsonl');
    const records = await read<AttackRecord>('ucf-run', 'records.jsonl');
    const kept = records.filter(({ result }) => result?.video);
    expect(kept.length).toBeGreaterThan(0);
    expect(new Set(kept.map((record) => record.clip))).toEqual(new Set([clip.clip]));
    const name = kept[0].result?.video?.split('/').at(-1)?.replace('-seed0', '') ?? '';
    const clean = await frames(join(workspace.path('ucf-run'), 'videos', 'clean', name));
    expect(createHash('sha256').update(clean).digest('hex')).toBe(clip.pixels);
    for (const { result } of kept) {
      const video = await frames(join(workspace.path('ucf-run'), result?.video ?? ''));
      const highest = video.reduce(
        (top, level, index) => Math.max(top, Math.abs(level - clean[index])),
        0,
      );
      expect(highest).toBeCloseTo(result?.metrics['linf'] ?? NaN, 2);
    }
  });

  it('is repeated from its manifest with the same records, by one worker as by two', async () => {
    const manifest = join(workspace.path('ucf-run'), 'manifest.json');
    const again = ['--config', manifest, '--out', workspace.path('again'), '--workers', '1'];
    const { status, stdout, stderr } = await msanet(['compare', ...again]);
    expect(status, stderr).toBe(0);
    expect(stderr).not.toContain('Note');
    expect(stdout).toContain('Transfer: success over clips');
    expect(await recordsOf('again')).toEqual(await recordsOf('ucf-run'));
    const [first, second] = await Promise.all(
      ['ucf-run', 'again'].map(
        async (out) =>
          JSON.parse(
            await readFile(join(workspace.path(out), 'manifest.json'), 'utf8'),
          ) as Manifest,
      ),
    );
    expect({ ...second, circumstances: {} }).toEqual({ ...first, circumstances: {} });
    expect(first.files.map(({ path }) => path)).toContain(workspace.checkpoint);
  });

  it('is not run twice into one folder, and not resumed with other options', async () => {
    const out = ['--out', workspace.path('ucf-run')];
    const data = ['--dataset', 'ucf101', '--root', workspace.path('ucf')];
    const twice = await msanet(['compare', ...victims, ...attacks, ...data, ...out]);
    expect(twice.status).toBe(2);
    expect(twice.stderr).toContain('continue that run with --resume');
    const other = await msanet(['compare', ...victims, ...attacks, ...data, ...out, '--resume']);
    expect(other.status).toBe(2);
    expect(other.stderr).toMatch(/experiment\..* as when the run began/);
    const same = await msanet(['compare', '--resume', ...out, '--json']);
    expect(same.status, same.stderr).toBe(0);
    expect((JSON.parse(same.stdout) as ComparisonSummary).finished).toBe(true);
  });
});

async function frames(path: string): Promise<Uint8Array> {
  const decoded = await decodeFrames(path, (count) =>
    Array.from({ length: count }, (_, index) => index),
  );
  return decoded.frames.data as Uint8Array;
}

describe('msanet compare on HMDB-51 in miniature, from an experiment file', () => {
  const experiment = (): string => `
victims:
  - { name: eight, victim: tsm, options: { checkpoint: ${workspace.checkpoint}, inputSize: 64 } }
  - name: five
    victim: tsm
    options: { checkpoint: ${workspace.checkpoint}, inputSize: 64, segments: 5 }
attacks:
  - fgsm
  - { name: small, attack: fgsm, budget: { epsilon: 2/255 } }
  - { attack: random-noise, options: { samples: 2 } }
dataset: { id: hmdb51, root: ${workspace.path('hmdb')} }
seeds: [0, 1]
`;

  it('records what is missing or broken, and goes on', async () => {
    const file = workspace.path('experiment.yaml');
    await writeFile(file, experiment());
    const out = ['--out', workspace.path('hmdb-run')];
    const { status, stdout, stderr } = await msanet(['compare', '--config', file, ...out]);
    expect(status, stderr).toBe(0);
    expect(stderr).toMatch(/gone: missing/);
    expect(stderr).toMatch(/not a video: undecodable/);
    const clips = await read<ClipRecord>('hmdb-run', 'clips.jsonl');
    expect(clips.map(({ status: state }) => state).sort()).toEqual([
      'examined',
      'examined',
      'failed',
    ]);
    const odd = clips.find(({ clip }) => clip.endsWith("it's_#1;_&_(odd)!_np1"));
    expect(odd?.victims['eight'].correct).toBe(true);
    const records = await read<AttackRecord>('hmdb-run', 'records.jsonl');
    expect(records).toHaveLength(3 * 2 * 3 * 2);
    const broken = records.filter(({ status: state }) => state === 'failed');
    expect(broken).toHaveLength(2 * 3 * 2);
    expect(broken[0].failure?.code).toBe('VIDEO_INVALID');
    // The video of the second class is that of the first, so its label is wrong.
    const wrong = records.filter(
      ({ clip, victim }) => clip.endsWith('plain_np1') && victim === 'eight',
    );
    for (const { status: state, success } of wrong) {
      expect([state, success]).toEqual(['clean-wrong', true]);
    }
    expect(stdout).toContain('linf 2/255');
    const csv = await readFile(join(workspace.path('hmdb-run'), 'table.csv'), 'utf8');
    expect(csv.split('\r\n')[0]).toContain('victim,attack,budget,goal,judged_on,success');
  });
});

describe('msanet compare', () => {
  it(
    'keeps what is done when it is interrupted, and goes on with --resume',
    { timeout: 300_000 },
    async () => {
      const out = ['--out', workspace.path('interrupted')];
      const data = [
        '--dataset',
        'ucf101',
        '--root',
        workspace.path('ucf'),
        '--select',
        'all',
        '--clips',
        '2',
      ];
      const slow = ['--attack', 'noise=random-noise:samples=60', '--attack', 'fgsm'];
      const goal = ['--target', 'run'];
      const all = ['compare', ...victims, ...slow, ...data, ...goal];
      const { status, stderr, stdout } = await msanet([...all, ...out], {
        interruptAt: { text: 'attacks  0/', signal: 'SIGINT' },
      });
      expect(status, stderr).toBe(130);
      expect(stderr).toContain('Go on with --resume');
      expect(stdout).toContain('This comparison is not finished.');
      const resumed = await msanet(['compare', '--resume', ...out, '--json']);
      expect(resumed.status, resumed.stderr).toBe(0);
      await msanet([...all, '--out', workspace.path('undisturbed')]);
      expect(await recordsOf('interrupted')).toEqual(await recordsOf('undisturbed'));
    },
  );

  it('refuses flags beside an experiment file', async () => {
    const flags = ['--config', 'a.yaml', '--clips', '3', '--out', workspace.path('no')];
    const { status, stderr } = await msanet(['compare', ...flags]);
    expect(status).toBe(2);
    expect(stderr).toContain('got --config and --clips');
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  });
});
