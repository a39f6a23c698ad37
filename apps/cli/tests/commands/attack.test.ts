import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeFrames } from '@msanet/video';
import { writeNpy } from '@msanet/tensor';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AttackRecord, AttackResult } from '../../src/work/tasks/attack.js';
import type { PredictResult } from '../../src/work/tasks/predict.js';
import { msanet } from '../support/command.js';
import { makeWorkspace, type Workspace } from '../support/workspace.js';

let workspace: Workspace;
beforeAll(async () => {
  workspace = await makeWorkspace();
});
afterAll(() => workspace.remove());

async function attack(name: string, out: string, ...more: string[]): Promise<AttackRecord> {
  const { status, stdout, stderr } = await msanet([
    'attack',
    workspace.video,
    ...workspace.victim,
    '--attack',
    name,
    '--epsilon',
    '8/255',
    '--out',
    workspace.path(out),
    '--json',
    ...more,
  ]);
  expect(status, stderr).toBe(0);
  const [entry] = (JSON.parse(stdout) as AttackResult).entries;
  if (entry.folder === undefined) throw new Error(entry.error);
  const written = await readFile(join(entry.folder, 'result.json'), 'utf8');
  expect(JSON.parse(written)).toEqual(entry.record);
  return entry.record;
}

async function decode(folder: string, file: string): Promise<Uint8Array> {
  const { frames } = await decodeFrames(join(workspace.path(folder), 'pattern', file), (count) =>
    Array.from({ length: count }, (_, index) => index),
  );
  expect(frames.shape).toEqual([8, 3, 64, 64]);
  return frames.data;
}

describe.each([
  ['pgd', ['--steps', '10']],
  ['msanet', ['--steps', '12']],
])('msanet attack --attack %s', (name, more) => {
  const out = `out-${name}`;
  let record: AttackRecord;
  beforeAll(async () => {
    record = await attack(name, out, '--seed', '5', ...more);
  });

  it('writes a video that decodes to the very clip that was judged', async () => {
    const clip = await decode(out, record.files.adversarial);
    const npy = workspace.path(`${out}.npy`);
    await writeFile(npy, writeNpy({ dtype: 'uint8', shape: [8, 3, 64, 64], data: clip }));
    const { stdout } = await msanet(['predict', npy, ...workspace.victim, '--json']);
    const [prediction] = (JSON.parse(stdout) as PredictResult).predictions;
    expect(prediction.classes).toEqual(record.adversarial.top);
    expect(record.success).toBe(prediction.classes[0].index !== record.criterion.label);
  });

  it('never leaves the ball, and measures what is in the files', async () => {
    const clean = await decode(out, record.files.clean);
    const clip = await decode(out, record.files.adversarial);
    const changes = clip.map((level, index) => Math.abs(level - clean[index]));
    expect(Math.max(...changes)).toBeLessThanOrEqual(8);
    expect(Math.max(...changes)).toBe(record.perturbation.linfLevels);
    const mean = changes.reduce((sum, change) => sum + change, 0) / changes.length;
    expect(record.perturbation.meanAbsolute).toBeCloseTo(mean, 4);
  });

  it('repeats bit by bit with the same seed', async () => {
    const again = await attack(name, `${out}-again`, '--seed', '5', ...more);
    const first = await decode(out, record.files.adversarial);
    expect(await decode(`${out}-again`, again.files.adversarial)).toEqual(first);
    expect(again.queries).toEqual(record.queries);
  });

  it('shows the perturbation around mid-grey', async () => {
    const clean = await decode(out, record.files.clean);
    const clip = await decode(out, record.files.adversarial);
    const view = await decode(out, record.files.perturbation);
    const expected = clip.map((level, index) => {
      const change = level - clean[index];
      return Math.min(255, Math.max(0, 128 + record.files.amplification * change));
    });
    expect(view).toEqual(expected);
  });
});

describe('msanet attack', () => {
  it('writes the masks of MSANet as pictures', async () => {
    const record = await attack('msanet', 'masks', '--steps', '15');
    expect(record.success).toBe(true);
    expect(Object.keys(record.files.pictures)).toEqual(
      expect.arrayContaining(['mask', 'temporal-select', 'spatial-select']),
    );
    const pictures = await readdir(
      join(workspace.path('masks'), 'pattern', record.files.pictures['mask']),
    );
    expect(pictures).toHaveLength(8);
  });

  it('pursues a target', async () => {
    const { stdout } = await msanet(['predict', workspace.video, ...workspace.victim, '--json']);
    const [{ classes }] = (JSON.parse(stdout) as PredictResult).predictions;
    const [first, second] = classes;
    const record = await attack('pgd', 'targeted', '--target', second.label, '--steps', '20');
    expect(record.criterion).toEqual({
      kind: 'targeted',
      label: first.index,
      target: second.index,
    });
    expect(record.success).toBe(true);
    expect(record.adversarial.top[0].index).toBe(second.index);
  });

  it('changes nothing with a radius of zero', async () => {
    const { status, stdout } = await msanet([
      'attack',
      workspace.video,
      ...workspace.victim,
      ...['--attack', 'pgd', '--epsilon', '0', '--out', workspace.path('zero'), '--json'],
    ]);
    expect(status).toBe(0);
    const [entry] = (JSON.parse(stdout) as AttackResult).entries;
    if (entry.folder === undefined) throw new Error(entry.error);
    expect(entry.record.perturbation.linf).toBe(0);
    expect(await decode('zero', 'adversarial.mkv')).toEqual(await decode('zero', 'clean.mkv'));
  });

  it('keeps what it has when it is interrupted, and says so by its exit code', async () => {
    const { status, stdout, stderr } = await msanet(
      [
        'attack',
        workspace.video,
        ...workspace.victim,
        ...['--attack', 'msanet', '--steps', '100000', '-o', 'patience=100000'],
        ...['--out', workspace.path('interrupted'), '--json'],
      ],
      { interruptAt: { text: 'queries 1', signal: 'SIGINT' } },
    );
    expect(status, stderr).toBe(130);
    const [entry] = (JSON.parse(stdout) as AttackResult).entries;
    if (entry.folder === undefined) throw new Error(entry.error);
    expect(entry.record.interrupted).toBe(true);
    expect(await decode('interrupted', entry.record.files.adversarial)).toHaveLength(
      8 * 3 * 64 * 64,
    );
  });

  it('loses only the damaged one of several inputs', async () => {
    const damaged = workspace.path('damaged.mp4');
    await writeFile(damaged, 'no video at all');
    const { status, stdout, stderr } = await msanet([
      'attack',
      damaged,
      workspace.video,
      ...workspace.victim,
      ...['--attack', 'fgsm', '--out', workspace.path('several'), '--json'],
    ]);
    expect(status).toBe(1);
    expect(stderr).toContain('damaged.mp4: expected');
    const { entries } = JSON.parse(stdout) as AttackResult;
    expect(entries.map(({ folder }) => folder === undefined)).toEqual([true, false]);
  });
});
