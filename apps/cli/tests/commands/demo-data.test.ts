import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DemoDataResult } from '../../src/work/tasks/demo-data.js';
import { msanet } from '../support/command.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'msanet-demo-data-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('msanet demo-data', () => {
  const part = ['--groups', '2,9', '--classes', 'PushBox', '--clips-per-group', '1', '--json'];

  it('makes the part that is asked for, and keeps it the next time', async () => {
    const root = join(folder, 'data');
    const first = await msanet(['demo-data', '--out', root, ...part]);
    expect(first.status, first.stderr).toBe(0);
    expect(JSON.parse(first.stdout) as DemoDataResult).toEqual({
      seed: 0,
      dataset: { root, made: 2, kept: 0 },
    });
    expect(await readdir(join(root, 'videos', 'PushBox'))).toEqual([
      'v_PushBox_g02_c01.avi',
      'v_PushBox_g09_c01.avi',
    ]);
    expect(await readFile(join(root, 'ucfTrainTestlist', 'testlist01.txt'), 'latin1')).toBe(
      'PushBox/v_PushBox_g02_c01.avi\r\n',
    );
    const second = await msanet(['demo-data', '--out', root, ...part]);
    expect(JSON.parse(second.stdout)).toMatchObject({ dataset: { made: 0, kept: 2 } });
  });

  it('can be interrupted and resumed', async () => {
    const root = join(folder, 'interrupted');
    const all = ['demo-data', '--out', root, '--classes', 'WaveHand', '--clips-per-group', '1'];
    const stopped = await msanet(all, {
      interruptAt: { text: 'v_WaveHand_g01_c01', signal: 'SIGINT' },
    });
    expect(stopped.status).toBe(130);
    const kept = (await readdir(join(root, 'videos', 'WaveHand'))).length;
    expect(kept).toBeGreaterThan(0);
    expect(kept).toBeLessThan(25);
    const resumed = await msanet([...all, '--groups', '1-2', '--json']);
    expect(resumed.status, resumed.stderr).toBe(0);
    expect(JSON.parse(resumed.stdout)).toMatchObject({ dataset: { made: 2 - Math.min(kept, 2) } });
  });

  it.each([
    [[], /--out, --contact-sheet or both/],
    [['--out', 'x', '--groups', '26'], /--groups/],
    [['--out', 'x', '--seed', 'x'], /--seed/],
    [['--out', 'x', '--classes', 'Fly'], /Fly/],
  ] as const)('refuses %j in one sentence', async (flags, sentence) => {
    const { status, stderr } = await msanet(['demo-data', ...flags]);
    expect(status).toBe(2);
    expect(stderr).toMatch(sentence);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });
});
