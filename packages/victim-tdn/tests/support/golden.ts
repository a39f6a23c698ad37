import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sizeOf, type Tensor } from '@msanet/tensor';
import { clipBatch, type ClipBatch } from '@msanet/core';
import { framesPerSegment } from '../../src/index.js';
import { hashed, hashedTensor } from './hashed-weights.js';

const folder = join(import.meta.dirname, '../golden');

/** What tools/golden/victim-tdn/make-golden.py wrote about a network. */
export interface Golden {
  readonly segments: number;

  readonly inputSize: number;
  readonly classes: number;
  readonly label: number;
  /** Mean scale of the batch normalisations. */
  readonly gain: number;
  readonly logits: readonly number[];
  readonly loss: number;
  readonly gradientNorm: number;
  readonly gradientNormPerFrame: readonly number[];
  /** The gradient is given at every so many-th position. */
  readonly gradientStep: number;
  readonly gradient: readonly number[];
}

export function readGolden(name: string): Golden {
  return JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8')) as Golden;
}

/** The state dict of that network, with names and shapes as PyTorch has them. */
export function goldenTensors(name: string): Map<string, Tensor> {
  const { gain } = readGolden(name);
  const lines = readFileSync(join(folder, `${name}.keys.txt`), 'utf8')
    .trimEnd()
    .split('\n');
  return new Map(
    lines.map((line) => {
      const [key, ...shape] = line.split(' ');
      return [key, hashedTensor(key, shape.map(Number), gain)];
    }),
  );
}

/** The clip that was evaluated. */
export function goldenClips({ segments, inputSize }: Golden): ClipBatch {
  const shape = [1, segments * framesPerSegment, 3, inputSize, inputSize];
  const values = Float32Array.from(
    hashed('clip', sizeOf(shape)),
    (uniform) => Math.floor((uniform + 1) * 128) / 255,
  );
  return clipBatch(values, shape);
}
