import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeSafetensors } from '@msanet/checkpoint';
import { Random } from '@msanet/tensor';
import { expect, it } from 'vitest';
import {
  customTdnBackbone,
  officialTdnCheckpoint,
  randomTdnWeights,
  readTdnCheckpoint,
  tdnBackbone,
} from '../../src/index.js';

it.each([
  tdnBackbone(18, 0.25),
  customTdnBackbone({
    name: 'ResNet of 1 + 2 bottleneck blocks',
    block: 'bottleneck',
    blocks: [1, 2],
    stem: 4,
    widths: [6, 32],
  }),
])('writes a network that reads back as the same: $name', async (backbone) => {
  const config = { backbone, segments: 4, classes: 7, inputSize: 64 };
  const weights = randomTdnWeights(config, new Random(1));
  const folder = await mkdtemp(join(tmpdir(), 'msanet-'));
  try {
    const path = join(folder, 'tdn.safetensors');
    await writeFile(path, writeSafetensors(officialTdnCheckpoint(config, weights)));
    const read = await readTdnCheckpoint(path, { segments: 4, inputSize: 64 });
    expect(read.config).toEqual(config);
    expect(read.unused).toEqual([]);
    expect([...read.weights.keys()].sort()).toEqual([...weights.keys()].sort());
    for (const [name, { data, shape }] of weights) {
      const other = read.weights.get(name);
      expect(other?.shape).toEqual(shape);
      const far = data.findIndex((value, index) => {
        const difference = Math.abs(value - (other?.data[index] ?? NaN));
        return !(difference <= 1e-6 * Math.max(1, Math.abs(value)));
      });
      expect(far, `${name} differs`).toBe(-1);
    }
  } finally {
    await rm(folder, { recursive: true });
  }
});
