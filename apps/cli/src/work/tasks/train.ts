import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { MsanetError, secondsNow } from '@msanet/core';
import {
  train as trainNetwork,
  trainingFiles,
  type TrainingConfig,
  type TrainingResult,
} from '@msanet/training';
import { readDataset, type DatasetPart, type SplitNumber } from '@msanet/video';
import { startRuntime, type RuntimeArguments } from '../../composition/runtimes.js';
import { FrameCache } from '../../training/frame-cache.js';
import { trainableVictim } from '../../training/trainable-victims.js';
import type { TaskContext } from '../task.js';

/** What to train, on what, and where to. */
export interface TrainArguments extends RuntimeArguments {
  readonly victim: string;
  readonly config: TrainingConfig;
  readonly dataset: string;
  readonly root: string;
  readonly split?: SplitNumber;
  readonly seed: number;
  readonly resume: boolean;
  readonly folder: string;
  /** Folder for decoded frames. */
  readonly cache: string;
}

/** The result of a training, with its data. */
export interface TrainResult extends TrainingResult {
  readonly network: string;
  readonly classes: number;
  readonly trainingClips: number;
  readonly heldOutClips: number;
}

/** Trains a network on the training part of a data set and judges it on the test part. */
export async function train(input: TrainArguments, context: TaskContext): Promise<TrainResult> {
  const { config, folder, seed, resume } = input;
  const { recipe } = config;
  if (!resume) await expectNoTraining(folder);
  const clips = await framesOf(input, 'train', context);
  const heldOut = await framesOf(input, 'test', context);
  const runtime = await startRuntime(input);
  const network = trainableVictim(input.victim, config.network, clips.classes);
  const steps = Math.max(1, Math.floor(clips.length / recipe.batch)) * recipe.epochs;
  const result = await trainNetwork({
    network,
    clips,
    heldOut,
    recipe,
    seed,
    folder,
    runtime,
    resume,
    clock: secondsNow,
    signal: context.signal,
    onLog: (entry) => {
      if (entry.kind === 'step') {
        context.progress({
          subject: `epoch ${entry.epoch}/${recipe.epochs}`,
          step: entry.step,
          steps,
          loss: entry.loss,
        });
        return;
      }
      const judged =
        entry.heldOut === undefined ? '' : `, held out ${(100 * entry.heldOut).toFixed(1)} %`;
      context.note(
        `epoch ${entry.epoch}: loss ${entry.loss.toFixed(4)}, right ${(100 * entry.accuracy).toFixed(1)} %${judged}, ${entry.seconds.toFixed(0)} s`,
      );
    },
  });
  await clips.close();
  await heldOut.close();
  return {
    ...result,
    network: network.name,
    classes: network.classes,
    trainingClips: clips.length,
    heldOutClips: heldOut.length,
  };
}

/** Fails when a folder holds a training, which would be lost. */
async function expectNoTraining(folder: string): Promise<void> {
  const state = join(folder, trainingFiles.state);
  const found = await access(state).then(
    () => true,
    () => false,
  );
  if (!found) return;
  throw new MsanetError({
    code: 'RUN_EXISTS',
    where: folder,
    expected: 'a folder without a training',
    got: trainingFiles.state,
    remedy: 'go on with --resume, or choose another folder',
  });
}

/** The frames of one part of the data set, at the scale that the victim sees them at test time. */
export async function framesOf(
  { dataset, root, split, config, cache }: TrainArguments,
  part: DatasetPart,
  context: TaskContext,
): Promise<FrameCache> {
  const read = await readDataset(dataset, {
    root,
    part,
    ...(split === undefined ? {} : { split }),
  });
  return FrameCache.of(read, {
    folder: cache,
    shortSide: Math.round((config.network.inputSize * 256) / 224),
    signal: context.signal,
    onVideo: (step, steps) => context.progress({ subject: `decoding (${part})`, step, steps }),
    onProblem: (id, error) =>
      context.note(`left out ${id}: ${error instanceof Error ? error.message : String(error)}`),
  });
}
