import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { msanet } from '../support/command.js';
import { makeWorkspace, type Workspace } from '../support/workspace.js';

let workspace: Workspace;
beforeAll(async () => {
  workspace = await makeWorkspace();
  const video = await readFile(workspace.video);
  const checkpoint = await readFile(workspace.checkpoint);
  await writeFile(workspace.path('empty.mp4'), '');
  await writeFile(workspace.path('text.mp4'), 'this is not a video\n'.repeat(50));
  await writeFile(workspace.path('truncated.mp4'), video.subarray(0, 600));
  await writeFile(workspace.path('truncated.safetensors'), checkpoint.subarray(0, 5000));
  await writeFile(workspace.path('text.pth'), 'not a checkpoint');
  await writeFile(workspace.path('text.npy'), 'not an array');
  await writeFile(workspace.path('text.onnx'), 'not a model');
  await writeFile(workspace.path('file'), 'in the way');
  await mkdir(workspace.path('empty-folder'));
});
afterAll(() => workspace.remove());

/** One clear sentence on stderr, nothing on stdout, no stack trace. */
function expectSentence(stderr: string, stdout: string): void {
  const lines = stderr.trim().split('\n');
  expect(lines.at(-1)).toMatch(/^.+: expected .+, got .+; .+$/);
  expect(stderr).not.toMatch(/^\s+at /m);
  expect(stdout).toBe('');
}

const attack = (...more: string[]) => ['attack', 'VIDEO', 'VICTIM', '--attack', 'pgd', ...more];

describe('bad input gets one sentence and the right exit code', () => {
  it.each<[string, number, string[]]>([
    ['a missing command', 2, []],
    ['an unknown command', 2, ['atack']],
    ['a missing input', 2, ['predict', 'VICTIM']],
    ['an unknown flag', 2, ['predict', 'VIDEO', 'VICTIM', '--verbsoe']],
    ['a flag with a dot', 2, ['demo-data', '--out.x', 'folder']],
    ['a negated flag', 2, ['predict', 'VIDEO', 'VICTIM', '--no-top']],
    ['a missing file', 1, ['predict', '@missing.mp4', 'VICTIM']],
    ['an empty file', 1, ['predict', '@empty.mp4', 'VICTIM']],
    ['a text file', 1, ['predict', '@text.mp4', 'VICTIM']],
    ['a truncated video', 1, ['predict', '@truncated.mp4', 'VICTIM']],
    ['an empty folder', 1, ['predict', '@empty-folder', 'VICTIM']],
    ['a text as .npy', 1, ['predict', '@text.npy', 'VICTIM']],
    ['an unknown victim', 2, ['predict', 'VIDEO', '--victim', 'tsn']],
    ['a victim without a checkpoint', 2, ['predict', 'VIDEO', '--victim', 'tsm']],
    ['a missing checkpoint', 1, ['predict', 'VIDEO', '--victim', 'tsm', '--checkpoint', '@no.pth']],
    [
      'a text as checkpoint',
      1,
      ['predict', 'VIDEO', '--victim', 'tsm', '--checkpoint', '@text.pth'],
    ],
    [
      'a truncated checkpoint',
      1,
      ['predict', 'VIDEO', '--victim', 'tsm', '--checkpoint', '@truncated.safetensors'],
    ],
    ['a text as ONNX model', 1, ['predict', 'VIDEO', '--victim', 'onnx', '--model', '@text.onnx']],
    ['an unknown runtime', 2, ['predict', 'VIDEO', 'VICTIM', '--runtime', 'torch']],
    ['no threads', 2, ['predict', 'VIDEO', 'VICTIM', '--threads', '0']],
    ['an unknown attack', 2, ['attack', 'VIDEO', 'VICTIM', '--attack', 'pdg', '--out', '@o']],
    ['an epsilon above 1', 2, attack('--epsilon', '2', '--out', '@o')],
    ['a negative epsilon', 2, attack('--epsilon=-0.1', '--out', '@o')],
    ['an epsilon that is no number', 2, attack('--epsilon', 'eight', '--out', '@o')],
    ['an unknown norm', 2, attack('--norm', 'l7', '--out', '@o')],
    ['an unknown option', 2, attack('-o', 'stepz=3', '--out', '@o')],
    ['an option outside its domain', 2, attack('-o', 'restarts=0', '--out', '@o')],
    ['an option that is no setting', 2, attack('-o', 'restarts', '--out', '@o')],
    ['an unknown label', 2, attack('--label', 'Juggling', '--out', '@o')],
    ['a target outside the classes', 2, attack('--target', '51', '--out', '@o')],
    ['a seed that is no number', 2, attack('--seed', 'x', '--out', '@o')],
    ['no output folder', 2, attack()],
    ['an output folder in the way of a file', 1, attack('--out', '@file/inside')],
    [
      'a norm that the attack has not',
      2,
      ['attack', 'VIDEO', 'VICTIM', '--attack', 'fgsm', '--norm', 'l1', '--out', '@o'],
    ],
  ])('%s', async (_, exitCode, args) => {
    const line = args.flatMap((arg) => {
      if (arg === 'VIDEO') return [workspace.video];
      if (arg === 'VICTIM') return workspace.victim;
      return [arg.startsWith('@') ? workspace.path(arg.slice(1)) : arg];
    });
    const { status, stdout, stderr } = await msanet(line);
    expect(status, stderr).toBe(exitCode);
    expectSentence(stderr, stdout);
  });

  const demo = ['--victim', 'tsm-demo'];
  const comparison = ['compare', ...demo, '--attack', 'fgsm', '--dataset', 'ucf101', '--out', 'o'];
  it.each<[string, string, string[]]>([
    ['--clips', '2 (3, 4)', [...comparison, '--clips', '3', '--clips', '4']],
    ['--query-limit', '2 (3, 4)', [...comparison, '--query-limit=3', '--queryLimit=4']],
    ['--out', '2 (o, p)', [...comparison, '--out', 'p']],
    [
      '--epsilon',
      '3 (1/255, 2/255, 2/255)',
      [
        ...['attack', 'v.mp4', ...demo, '--attack', 'pgd', '--out', 'o', '--epsilon', '1/255'],
        ...['--epsilon', '2/255', '--epsilon', '2/255'],
      ],
    ],
    ['--top', '2 (1, 2)', ['predict', '--top', '1', 'v.mp4', ...demo, '--top', '2']],
    ['--victim', '2 (tsm-demo, tsm-demo)', ['predict', 'v.mp4', ...demo, ...demo]],
    ['--classes', '2 (A, B)', ['demo-data', '--out', 'o', '--classes', 'A', '--classes', 'B']],
    [
      '--loss',
      '2 (dlr, margin)',
      [
        ...['gradient', 'v.mp4', ...demo, '--label', '0', '--out', 'o'],
        ...['--loss', 'dlr', '--loss', 'margin'],
      ],
    ],
    ['--json', '2 (true, true)', ['list', 'victims', '--json', '--json']],
    ['--resume', '2 (true, true)', [...comparison, '--resume', '--resume']],
  ])('%s given more than once', async (flag, got, args) => {
    const { status, stdout, stderr } = await msanet(args);
    expect(status, stderr).toBe(2);
    expect(stderr).toBe(`${flag}: expected one value, got ${got}; give it once\n`);
    expect(stdout).toBe('');
  });

  it('flags that may be repeated are', async () => {
    // All that is wrong with these is the last of them.
    const { status, stderr } = await msanet([
      ...[...comparison, '--victim', 'late=tsm-demo', '--attack', 'pgd'],
      ...['-o', 'pgd.steps=3', '-o', 'pgd.restarts=2', '--option', 'none.steps=3'],
    ]);
    expect(status, stderr).toBe(2);
    expect(stderr).toMatch(/^-o none\.steps/);
  });

  it.skipIf(process.getuid?.() === 0)('an output folder without permission', async () => {
    const closed = workspace.path('closed');
    await mkdir(closed);
    await chmod(closed, 0o500);
    const { status, stdout, stderr } = await msanet([
      'attack',
      workspace.video,
      ...workspace.victim,
      ...['--attack', 'fgsm', '--out', `${closed}/out`],
    ]);
    expect(status).toBe(1);
    expectSentence(stderr, stdout);
  });
});
