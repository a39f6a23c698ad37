import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeSafetensors } from '@msanet/checkpoint';
import { Random } from '@msanet/tensor';
import {
  customTdnBackbone,
  officialTdnCheckpoint,
  randomTdnWeights,
  readTdnCheckpoint,
  type TdnConfig,
} from '../../src/index.js';

const labels = ['Open', 'Close', 'Wave'];
const config: TdnConfig = {
  backbone: customTdnBackbone({
    name: 'small',
    block: 'basic',
    blocks: [1, 2],
    stem: 8,
    widths: [8, 16],
  }),
  segments: 4,
  classes: labels.length,
  inputSize: 48,
};

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'msanet-tdn-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function stored(name: string, description: unknown): Promise<string> {
  const path = join(folder, `${name}.safetensors`);
  const tensors = officialTdnCheckpoint(config, randomTdnWeights(config, new Random(2)));
  const metadata = new Map([['msanet.network', JSON.stringify(description)]]);
  await writeFile(path, writeSafetensors(tensors, metadata));
  return path;
}

describe('a checkpoint that describes its network', () => {
  it('is read as that network, with its segments, input size and class names', async () => {
    const read = await readTdnCheckpoint(
      await stored('whole', { victim: 'tdn', ...config, labels }),
    );
    expect(read.config).toMatchObject({ segments: 4, inputSize: 48, classes: 3 });
    expect(read.config.backbone).toMatchObject({ blocks: [1, 2], stem: 8, widths: [8, 16] });
    expect(read.labels).toEqual(labels);
  });

  it('gives way to what the caller asks for', async () => {
    const path = await stored('asked', { victim: 'tdn', ...config, labels });
    const { config: read } = await readTdnCheckpoint(path, { segments: 8, inputSize: 64 });
    expect(read).toMatchObject({ segments: 8, inputSize: 64 });
  });

  it.each([
    ['of another victim', { victim: 'tsm', ...config, labels }],
    ['with another number of classes', { victim: 'tdn', ...config, labels: [...labels, 'More'] }],
  ])('is refused with a description %s', async (name, description) => {
    await expect(readTdnCheckpoint(await stored(name, description))).rejects.toMatchObject({
      code: 'CHECKPOINT_MISMATCH',
    });
  });
});
