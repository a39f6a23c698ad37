import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeSafetensors } from '@msanet/checkpoint';
import { Random } from '@msanet/tensor';
import {
  customResNet,
  officialCheckpoint,
  randomTsmWeights,
  readTsmCheckpoint,
  type TsmConfig,
} from '../../src/index.js';

const labels = ['Open', 'Close', 'Wave'];
const config: TsmConfig = {
  backbone: customResNet({
    name: 'small',
    block: 'basic',
    blocks: [1, 2],
    stem: 8,
    widths: [8, 16],
  }),
  segments: 4,
  shiftDivisor: 4,
  shiftPlacement: 'block',
  classes: labels.length,
  inputSize: 48,
};
const weights = randomTsmWeights(config, new Random(2));

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'msanet-tsm-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function stored(name: string, description: unknown): Promise<string> {
  const path = join(folder, `${name}.safetensors`);
  const text = typeof description === 'string' ? description : JSON.stringify(description);
  const metadata = new Map([['msanet.network', text]]);
  await writeFile(path, writeSafetensors(officialCheckpoint(config, weights), metadata));
  return path;
}

describe('a checkpoint that describes its network', () => {
  it('is read as that network, whatever its size, with its class names', async () => {
    const path = await stored('whole', { victim: 'tsm', ...config, labels });
    const read = await readTsmCheckpoint(path);
    expect(read.config).toEqual(config);
    expect(read.labels).toEqual(labels);
    for (const [name, { shape, data }] of weights) {
      const found = read.weights.get(name);
      expect(found?.shape).toEqual(shape);
      found?.data.forEach((value, index) => {
        expect(Math.abs(value - data[index])).toBeLessThan(1e-6 * (1 + Math.abs(value)));
      });
    }
  });

  it('gives way to what the caller asks for', async () => {
    const path = await stored('asked', { victim: 'tsm', ...config, labels });
    const { config: read } = await readTsmCheckpoint(path, { segments: 8, inputSize: 64 });
    expect(read).toMatchObject({ segments: 8, inputSize: 64, shiftDivisor: 4 });
  });

  it.each([
    ['of another victim', { victim: 'tdn', ...config, labels }],
    ['that is no JSON', '{'],
    [
      'with fewer widths than blocks',
      { victim: 'tsm', ...config, backbone: { ...config.backbone, widths: [8] }, labels },
    ],
    [
      'of another size than its tensors',
      { victim: 'tsm', ...config, backbone: { ...config.backbone, blocks: [1, 1] }, labels },
    ],
    ['with another number of classes', { victim: 'tsm', ...config, labels: [...labels, 'More'] }],
  ])('is refused with a description %s', async (name, description) => {
    await expect(readTsmCheckpoint(await stored(name, description))).rejects.toMatchObject({
      code: 'CHECKPOINT_MISMATCH',
    });
  });
});
