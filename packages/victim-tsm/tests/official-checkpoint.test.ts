import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeSafetensors } from '@msanet/checkpoint';
import { Random } from '@msanet/tensor';
import { expect, it } from 'vitest';
import {
  mobilenetV2Backbone,
  officialCheckpoint,
  randomTsmWeights,
  readTsmCheckpoint,
  resnetBackbone,
  type TsmConfig,
} from '../src/index.js';

it.each([
  ['resnet18', resnetBackbone(18)],
  ['mobilenetv2', mobilenetV2Backbone()],
])('writes a network that reads back as the same: %s', async (_, backbone) => {
  const config: TsmConfig = {
    backbone,
    segments: 8,
    shiftDivisor: 8,
    shiftPlacement: 'blockres',
    classes: 7,
    inputSize: 64,
  };
  const weights = randomTsmWeights(config, new Random(1));
  const folder = await mkdtemp(join(tmpdir(), 'msanet-'));
  try {
    const path = join(folder, 'tsm.safetensors');
    await writeFile(path, writeSafetensors(officialCheckpoint(config, weights)));
    const read = await readTsmCheckpoint(path, { inputSize: 64 });
    expect(read.config).toEqual(config);
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
