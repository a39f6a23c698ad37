import { copyFile, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readNpy } from '@msanet/tensor';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AttackResult } from '../../src/work/tasks/attack.js';
import type { UniversalResult } from '../../src/work/tasks/universal.js';
import { msanet } from '../support/command.js';
import { makeWorkspace, type Workspace } from '../support/workspace.js';

let workspace: Workspace;
let fitted: UniversalResult;
let file: string;
beforeAll(async () => {
  workspace = await makeWorkspace();
  file = workspace.path('universal.npy');
  for (const name of ['brush_hair', 'cartwheel']) {
    await mkdir(join(workspace.path('videos'), name), { recursive: true });
    await copyFile(workspace.video, join(workspace.path('videos'), name, 'pattern.mp4'));
  }
  const { status, stdout, stderr } = await msanet([
    'universal',
    ...workspace.victim,
    ...['--dataset', 'folders', '--root', workspace.path('videos'), '--part', 'all'],
    ...['--attack', 'universal-pgd', '-o', 'epochs=3', '-o', 'batch=1', '--epsilon', '8/255'],
    ...['--out', file, '--json'],
  ]);
  expect(status, stderr).toBe(0);
  fitted = JSON.parse(stdout) as UniversalResult;
});
afterAll(() => workspace.remove());

describe('msanet universal', () => {
  it('writes a perturbation inside the budget, and says what it took', async () => {
    const { shape, data } = readNpy(await readFile(file));
    expect(shape).toEqual([8, 3, 64, 64]);
    const largest = Math.max(...(data as Float32Array).map(Math.abs));
    expect(largest).toBeGreaterThan(0);
    expect(largest).toBeLessThanOrEqual(8 / 255 + 1e-7);
    expect(fitted).toMatchObject({
      clips: 2,
      queries: { forward: 0, gradient: 2 * 3 },
      interrupted: false,
    });
  });

  it('refuses what is no universal attack', async () => {
    const { status, stderr } = await msanet([
      'universal',
      ...workspace.victim,
      ...['--dataset', 'folders', '--attack', 'pgd', '--out', file],
    ]);
    expect(status).toBe(2);
    expect(stderr).toContain(
      'expected universal-pgd, flickering-universal, u3d-universal, got pgd',
    );
  });
});

describe('msanet attack --perturbation', () => {
  it('adds the perturbation, up to rounding and the range', async () => {
    const { status, stdout, stderr } = await msanet([
      'attack',
      workspace.video,
      ...workspace.victim,
      ...['--perturbation', file, '--epsilon', '8/255', '--out', workspace.path('out'), '--json'],
    ]);
    expect(status, stderr).toBe(0);
    const [entry] = (JSON.parse(stdout) as AttackResult).entries;
    if (entry.folder === undefined) throw new Error(entry.error);
    expect(entry.record.attack).toEqual({ id: 'perturbation', options: { file } });
    expect(entry.record.queries).toEqual({ forward: 0, gradient: 0 });
    expect(entry.record.perturbation.linfLevels).toBe(
      Math.round(
        255 * Math.max(...(readNpy(await readFile(file)).data as Float32Array).map(Math.abs)),
      ),
    );
  });

  it.each([
    [[], 'expected --attack ID or --perturbation FILE, got neither'],
    [['--attack', 'pgd', '--perturbation', 'any.npy'], 'got --attack pgd and --perturbation'],
    [['--perturbation', 'none.npy'], 'none.npy: expected a .npy file that can be read'],
  ])('with %j is refused in one sentence', async (flags, sentence) => {
    const { status, stderr } = await msanet([
      'attack',
      workspace.video,
      ...workspace.victim,
      ...['--out', workspace.path('refused'), ...flags],
    ]);
    expect(status).not.toBe(0);
    expect(stderr).toContain(sentence);
  });
});
