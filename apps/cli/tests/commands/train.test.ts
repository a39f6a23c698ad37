import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeH264 } from '@msanet/video';
import type { PredictResult } from '../../src/work/tasks/predict.js';
import type { JudgeResult } from '../../src/work/tasks/judge.js';
import type { TrainResult } from '../../src/work/tasks/train.js';
import { msanet } from '../support/command.js';

const classes = ['DriftLeft', 'DriftRight'];
const binary = fileURLToPath(new URL('../../bin/msanet.js', import.meta.url));
let folder: string;
let config: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'msanet-train-'));
  await makeDataset(join(folder, 'data'));
  config = join(folder, 'train.yaml');
  await writeFile(
    config,
    [
      'network: { blocks: [1], stem: 8, widths: [16], segments: 2, inputSize: 32 }',
      'recipe:',
      '  epochs: 4',
      '  batch: 4',
      '  augmentation: { reverseExchanges: [[DriftLeft, DriftRight]] }',
    ].join('\n'),
  );
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A data set in UCF-101's layout: waves that drift to either side. */
async function makeDataset(root: string): Promise<void> {
  const lists: Record<string, string[]> = { train: [], test: [] };
  for (const [label, name] of classes.entries()) {
    await mkdir(join(root, 'videos', name), { recursive: true });
    for (let group = 1; group <= 6; group++) {
      const file = `v_${name}_g0${group}_c01.avi`;
      await encodeH264(join(root, 'videos', name, file), waves(label, group), { frameRate: 25 });
      if (group <= 4) lists['train'].push(`${name}/${file} ${label + 1}`);
      else lists['test'].push(`${name}/${file}`);
    }
  }
  const folder = join(root, 'ucfTrainTestlist');
  await mkdir(folder);
  const write = (file: string, lines: readonly string[]): Promise<void> =>
    writeFile(join(folder, file), lines.map((line) => `${line}\r\n`).join(''));
  await write(
    'classInd.txt',
    classes.map((name, index) => `${index + 1} ${name}`),
  );
  await write('trainlist01.txt', lists['train']);
  await write('testlist01.txt', lists['test']);
}

function waves(label: number, group: number) {
  const [frames, height, width] = [10, 40, 48];
  const data = new Uint8Array(frames * 3 * height * width);
  const speed = label === 0 ? -1 : 1;
  for (let index = 0; index < data.length; index++) {
    const x = index % width;
    const frame = Math.floor(index / (3 * height * width));
    data[index] = 128 + 100 * Math.sin((x - 3 * speed * frame) / 4 + group);
  }
  return { dtype: 'uint8' as const, shape: [frames, 3, height, width], data };
}

const flags = (out: string, victim = 'tsm'): string[] => [
  'train',
  '--victim',
  victim,
  '--root',
  join(folder, 'data'),
  '--config',
  config,
  '--out',
  join(folder, out),
  '--cache',
  join(folder, 'cache'),
  '--seed',
  '5',
  '--threads',
  '1',
  '--json',
];

const weightsOf = (out: string): Promise<Buffer> =>
  readFile(join(folder, out, 'weights.safetensors'));

/** Runs a training and kills its processes, without warning, once the log has that many lines. */
async function killAfter(lines: number, out: string): Promise<void> {
  const child = spawn(process.execPath, [binary, ...flags(out)], {
    stdio: 'ignore',
    detached: true,
  });
  const log = join(folder, out, 'log.jsonl');
  for (;;) {
    const text = await readFile(log, 'utf8').catch(() => '');
    if (text.split('\n').length > lines || child.exitCode !== null) break;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  const closed = new Promise((resolve) => child.on('close', resolve));
  process.kill(-(child.pid as number), 'SIGKILL');
  await closed;
}

describe('msanet train', () => {
  it.each(['tsm', 'tdn'])('trains a %s that the victim plugin reads', async (victim) => {
    const { status, stdout } = await msanet(flags(victim, victim));
    expect(status).toBe(0);
    const result = JSON.parse(stdout) as TrainResult;
    expect(result).toMatchObject({ epochs: 4, finished: true, trainingClips: 8, heldOutClips: 4 });
    const video = join(folder, 'data', 'videos', 'DriftLeft', 'v_DriftLeft_g05_c01.avi');
    const checkpoint = result.weights as string;
    const args = ['predict', video, '--victim', victim, '--checkpoint', checkpoint, '--json'];
    const predicted = await msanet(args);
    expect(predicted.status).toBe(0);
    const [prediction] = (JSON.parse(predicted.stdout) as PredictResult).predictions;
    expect(prediction.classes.map(({ label }) => label).sort()).toEqual(classes);
    expect(prediction.frameIndices).toHaveLength(victim === 'tsm' ? 2 : 10);
  });

  it('judges the weights as filmed, shuffled and backwards', async () => {
    const weights = join(folder, 'tsm', 'weights.safetensors');
    const { status, stdout } = await msanet([...flags('unused'), '--evaluate', weights]);
    expect(status).toBe(0);
    const result = JSON.parse(stdout) as JudgeResult;
    expect(result.clips).toBe(4);
    expect(result.backwards?.clips).toBe(4);
    const right = result.confusion.reduce((sum, row, label) => sum + row[label], 0);
    expect(result.accuracy).toBe(right / 4);
  });

  it.each([2, 6])('goes on after kill -9 at line %i of the log, bit for bit', async (lines) => {
    const out = `killed-${lines}`;
    await killAfter(lines, out);
    const { status } = await msanet([...flags(out), '--resume']);
    expect(status).toBe(0);
    expect(await weightsOf(out)).toEqual(await weightsOf('tsm'));
  });

  it('ends in order on Ctrl-C, and says how to go on', async () => {
    const args = flags('interrupted').filter((flag) => flag !== '--json');
    const { status, stdout } = await msanet(args, {
      interruptAt: { text: 'epoch 2', signal: 'SIGINT' },
    });
    // The last epoch may have been reached before the signal was.
    if (status === 0) return;
    expect(status).toBe(130);
    expect(stdout).toContain('--resume');
  });

  it('does not begin anew over a training that is there', async () => {
    const before = await weightsOf('tsm');
    const { status, stderr } = await msanet(flags('tsm'));
    expect(status).toBe(2);
    expect(stderr).toContain('--resume');
    expect(await weightsOf('tsm')).toEqual(before);
  });

  it('refuses a file with an unknown option, naming it', async () => {
    const wrong = join(folder, 'wrong.yaml');
    await writeFile(wrong, 'recipe: { epoch: 3 }');
    const args = flags('wrong').map((flag) => (flag === config ? wrong : flag));
    const { status, stderr } = await msanet(args);
    expect(status).toBe(2);
    expect(stderr).toMatch(/epoch/);
  });

  it('says when neither --out nor --evaluate is given', async () => {
    const { status, stderr } = await msanet(['train', '--victim', 'tsm', '--root', folder]);
    expect(status).toBe(2);
    expect(stderr).toContain('--evaluate');
  });
});
