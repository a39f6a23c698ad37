import { readFileSync } from 'node:fs';
import { float32, int64, type Tensor } from '@msanet/tensor';
import { describe, expect, it } from 'vitest';
import { parseCheckpoint, writeSafetensors } from '../src/index.js';
import { invalidity } from './support/rejection.js';

const fixture = (name: string) => readFileSync(new URL(`fixtures/${name}.pth`, import.meta.url));
const whole: Record<string, Uint8Array> = {
  zip: fixture('nested.zip-2'),
  'deflated zip': fixture('views.deflated'),
  'zip64 archive': fixture('views.zip64'),
  stream: fixture('nested.stream-2'),
  'stream of protocol 4': fixture('module.stream-4'),
  safetensors: writeSafetensors(
    new Map<string, Tensor>([
      ['a', float32([1, 2])],
      ['b', int64([3])],
    ]),
  ),
};

describe('a checkpoint cut at any byte is refused with a sentence', () => {
  it.each(Object.entries(whole))('%s', async (_kind, file) => {
    await parseCheckpoint(file);
    for (let length = 0; length < file.length; length++) {
      const sentence = await invalidity(parseCheckpoint(file.subarray(0, length), 'cut.pth'));
      expect(sentence).toMatch(/^cut\.pth[^;]*: expected .+, got .+; .+/);
    }
  });
});
