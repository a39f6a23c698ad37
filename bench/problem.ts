import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { emptyClips, type ClipBatch } from '@msanet/core';
import { Random, writeNpy } from '@msanet/tensor';
import { randomTsmWeights, resnetBackbone, type TsmConfig } from '@msanet/victim-tsm';

/** The network of the comparison: TSM-ResNet-50 as published, 8 frames of 224 × 224, 101 classes. */
export const config: TsmConfig = {
  backbone: resnetBackbone(50),
  segments: 8,
  shiftDivisor: 8,
  shiftPlacement: 'blockres',
  classes: 101,
  inputSize: 224,
};

/** The class whose cross-entropy is differentiated. */
export const label = 3;

const seed = 1;

/** The weights of the network, the same at every call. */
export const problemWeights = () => randomTsmWeights(config, new Random(seed).fork('weights'));

/** The clip, (1, 8, 3, 224, 224) with values in [0, 1], the same at every call. */
export function problemClip(): ClipBatch {
  const { segments, inputSize } = config;
  const clip = emptyClips(1, { frames: segments, height: inputSize, width: inputSize });
  new Random(seed).fork('clip').fillUniform(clip.data);
  return clip;
}

/** Does some work in a temporary folder, and removes the folder whatever happens. */
export async function inTemporaryFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'msanet-bench-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Writes clip and weights as .npy files for contenders that are not written in TypeScript. */
export async function writeProblem(folder: string): Promise<void> {
  await mkdir(join(folder, 'weights'));
  await writeFile(join(folder, 'clip.npy'), writeNpy(problemClip()));
  for (const [name, weight] of problemWeights()) {
    await writeFile(join(folder, 'weights', `${name}.npy`), writeNpy(weight));
  }
}
