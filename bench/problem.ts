import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { emptyClips, type ClipBatch, type VictimModel } from '@msanet/core';
import type { GraphRuntime, Model } from '@msanet/onnx';
import { Random, writeNpy, type Tensor } from '@msanet/tensor';
import {
  buildTdn,
  createTdnVictim,
  framesPerSegment,
  randomTdnWeights,
  tdnBackbone,
  type TdnConfig,
} from '@msanet/victim-tdn';
import {
  buildTsm,
  createTsmVictim,
  randomTsmWeights,
  resnetBackbone,
  type TsmConfig,
} from '@msanet/victim-tsm';

/** A network to compare, with random weights, the same at every call. */
export interface Problem {
  /** What the network is called in tables. */
  readonly name: string;
  /** Frames of its clips. */
  readonly frames: number;
  readonly weights: () => ReadonlyMap<string, Tensor<'float32'>>;
  readonly victim: (runtime: GraphRuntime) => Promise<VictimModel>;
  /** The forward graph as the victim has it, or without what its architecture does for speed. */
  readonly forward: (plain: boolean) => Model;
  /** What the architecture does for speed. */
  readonly architecturePattern: { readonly name: string; readonly description: string };
  /** PyTorch's form of the network, beside this file. */
  readonly pytorch: string;
}

const seed = 1;
const weightsOf = () => new Random(seed).fork('weights');
const size = { segments: 8, classes: 101, inputSize: 224 };

const tsm: TsmConfig = {
  ...size,
  backbone: resnetBackbone(50),
  shiftDivisor: 8,
  shiftPlacement: 'blockres',
};
const tdn: TdnConfig = { ...size, backbone: tdnBackbone(50) };
const tsmWeights = () => randomTsmWeights(tsm, weightsOf());
const tdnWeights = () => randomTdnWeights(tdn, weightsOf());

/** The networks as published: ResNet-50, 8 segments, frames of 224 × 224; 101 classes. */
export const problems: Readonly<Record<string, Problem>> = {
  tsm: {
    name: 'TSM-ResNet-50',
    frames: size.segments,
    weights: tsmWeights,
    victim: (runtime) => createTsmVictim({ config: tsm, weights: tsmWeights, runtime }),
    forward: (plain) => buildTsm(tsm, tsmWeights(), 1, plain ? 'whole' : 'parts'),
    architecturePattern: {
      name: 'features-in-parts',
      description: 'the channels that move along time are tensors of their own',
    },
    pytorch: 'pytorch/tsm_resnet50.py',
  },
  tdn: {
    name: 'TDN-ResNet-50',
    frames: size.segments * framesPerSegment,
    weights: tdnWeights,
    victim: (runtime) => createTdnVictim({ config: tdn, weights: tdnWeights, runtime }),
    forward: (plain) => buildTdn(tdn, tdnWeights(), { trainable: plain }),
    architecturePattern: {
      name: 'folded-factors',
      description: 'constant factors of features are multiplied into the weights that follow',
    },
    pytorch: 'pytorch/tdn_resnet50.py',
  },
};

/** The class whose cross-entropy is differentiated. */
export const label = 3;

/** The problem of that network. */
export function problemOf(network: string): Problem {
  const problem = Object.hasOwn(problems, network) ? problems[network] : undefined;
  if (problem !== undefined) return problem;
  throw new Error(`unknown network '${network}'; there are ${Object.keys(problems).join(', ')}`);
}

/** The clip, (1, frames, 3, 224, 224) with values in [0, 1], the same at every call. */
export function problemClip({ frames }: Problem): ClipBatch {
  const clip = emptyClips(1, { frames, height: size.inputSize, width: size.inputSize });
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
export async function writeProblem(problem: Problem, folder: string): Promise<void> {
  await mkdir(join(folder, 'weights'));
  await writeFile(join(folder, 'clip.npy'), writeNpy(problemClip(problem)));
  for (const [name, weight] of problem.weights()) {
    await writeFile(join(folder, 'weights', `${name}.npy`), writeNpy(weight));
  }
}
