import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Random, float32ToFloat16, isDataType, type Tensor } from '@msanet/tensor';
import { writeSafetensors } from '@msanet/checkpoint';
import type { GraphRuntime } from '@msanet/onnx';
import { batchSourceOf } from '../data/training-batch.js';
import type { TrainingClips } from '../data/training-clips.js';
import { foldWeights } from '../graph/fold-weights.js';
import { trainingGraph } from '../graph/training-graph.js';
import type { Recipe } from '../recipe/recipe.js';
import { readState, replaceFile, writeState } from '../state/state-file.js';
import { initialState, type TrainingState } from '../state/training-state.js';
import type { NetworkWeights, TrainableNetwork } from '../trainable-network.js';
import { accuracyOf, classify } from './evaluate.js';
import { TrainingLog, type LogEntry } from './training-log.js';
import { TrainingStepper } from './training-stepper.js';

/** What a training needs. */
export interface TrainingOptions {
  readonly network: TrainableNetwork;
  readonly clips: TrainingClips;
  /** Videos to judge by; they are not trained on. */
  readonly heldOut?: TrainingClips;
  readonly recipe: Recipe;
  readonly seed: number;
  /** Folder for state, log and weights. */
  readonly folder: string;
  readonly runtime: GraphRuntime;
  /** Seconds since some start. */
  readonly clock: () => number;
  /** Whether to go on from the state in the folder; otherwise it is begun anew. Default false. */
  readonly resume?: boolean;
  /** Ends the training after the step in progress; the last finished epoch is kept. */
  readonly signal?: AbortSignal;
  /** Told of every line of the log. */
  readonly onLog?: (entry: LogEntry) => void;
}

/** How a training ended. */
export interface TrainingResult {
  /** Epochs that are done. */
  readonly epochs: number;
  /** Whether all of them are. */
  readonly finished: boolean;
  /** Share of the held-out videos whose class was right at the end. */
  readonly heldOut?: number;
  /** The file with the weights, once finished. */
  readonly weights?: string;
}

/** Names of the files in the folder of a training. */
export const trainingFiles = {
  state: 'state.safetensors',
  log: 'log.jsonl',
  weights: 'weights.safetensors',
} as const;

/**
 * Trains a network.
 *
 * Everything random depends on the seed, the epoch and the video only, and every epoch ends with a state on the disk: a
 * training that was ended at any moment and is resumed gives the same weights, bit for bit, as one that was not, on the same
 * machine and runtime.
 *
 * @throws MsanetError `OPTION_INVALID`, `CHECKPOINT_MISMATCH` when the state in the folder is of another training,
 *   `RUNTIME_FAILED`
 */
export async function train(options: TrainingOptions): Promise<TrainingResult> {
  await mkdir(options.folder, { recursive: true });
  const training = await Training.begin(options);
  try {
    return await training.run();
  } finally {
    await training.dispose();
  }
}

class Training {
  readonly #options: TrainingOptions;
  readonly #weights: NetworkWeights;
  readonly #state: TrainingState;
  readonly #stepper: TrainingStepper;
  readonly #log: TrainingLog;
  readonly #stepsPerEpoch: number;
  readonly #start: number;

  private constructor(
    options: TrainingOptions,
    weights: NetworkWeights,
    state: TrainingState,
    stepper: TrainingStepper,
    log: TrainingLog,
  ) {
    this.#options = options;
    this.#weights = weights;
    this.#state = state;
    this.#stepper = stepper;
    this.#log = log;
    this.#stepsPerEpoch = stepsPerEpoch(options);
    this.#start = options.clock();
  }

  static async begin(options: TrainingOptions): Promise<Training> {
    const { network, recipe, seed, folder, runtime } = options;
    const weights = network.initialWeights(new Random(seed).fork('weights'));
    const graph = trainingGraph(network.graph(weights, recipe.batch), [...weights.keys()]);
    const state = initialState(weights, graph.layers, recipe);
    if (options.resume === true) {
      await readState(join(folder, trainingFiles.state), state, identityOf(options));
    }
    const log = await TrainingLog.open(join(folder, trainingFiles.log), state.epoch);
    const source = batchSourceOf(options);
    const steps = stepsPerEpoch(options) * recipe.epochs;
    const plan = { network, recipe, weights, graph, state, source, steps };
    return new Training(options, weights, state, await TrainingStepper.load(plan, runtime), log);
  }

  async run(): Promise<TrainingResult> {
    const { recipe, signal, folder } = this.#options;
    let heldOut: number | undefined;
    while (this.#state.epoch < recipe.epochs) {
      const done = await this.#epoch();
      if (!done) return { epochs: this.#state.epoch, finished: false };
      const epoch = this.#state.epoch + 1;
      const isDue = epoch === recipe.epochs || epoch % recipe.evaluateEvery === 0;
      heldOut = isDue ? await this.#heldOutAccuracy() : undefined;
      // An interrupted judgement saw some of the videos only.
      if (signal?.aborted === true) heldOut = undefined;
      this.#endEpoch(done, heldOut);
      await writeState(join(folder, trainingFiles.state), this.#state, identityOf(this.#options));
      if (signal?.aborted === true) break;
    }
    const finished = this.#state.epoch === recipe.epochs;
    const measured = heldOut === undefined ? {} : { heldOut };
    if (!finished) return { epochs: this.#state.epoch, finished, ...measured };
    const weights = join(folder, trainingFiles.weights);
    await writeWeights(weights, this.#options.network, this.#folded());
    return { epochs: this.#state.epoch, finished, ...measured, weights };
  }

  dispose(): Promise<void> {
    return this.#stepper.dispose();
  }

  /** One pass over the videos; undefined when it was interrupted. */
  async #epoch(): Promise<{ readonly loss: number; readonly accuracy: number } | undefined> {
    const { clips, recipe, seed, signal } = this.#options;
    const epoch = this.#state.epoch;
    const random = new Random(seed).fork(`epoch ${epoch}`);
    const order = random.fork('order').permutation(clips.length);
    let loss = 0;
    let accuracy = 0;
    for (let step = 0; step < this.#stepsPerEpoch; step++) {
      const members = Array.from(
        { length: recipe.batch },
        (_, row) => order[(step * recipe.batch + row) % clips.length],
      );
      const ordinal = epoch * this.#stepsPerEpoch + step;
      const result = await this.#stepper.step(ordinal, members, random);
      this.#note({
        kind: 'step',
        epoch: epoch + 1,
        step: ordinal + 1,
        ...result,
        seconds: this.#options.clock() - this.#start,
      });
      loss += result.loss / this.#stepsPerEpoch;
      accuracy += result.accuracy / this.#stepsPerEpoch;
      // Lets a signal in: a run of the graph blocks the event loop.
      await new Promise((resolve) => setImmediate(resolve));
      if (signal?.aborted === true) return undefined;
    }
    return { loss, accuracy };
  }

  #endEpoch(
    { loss, accuracy }: { readonly loss: number; readonly accuracy: number },
    heldOut: number | undefined,
  ): void {
    this.#state.epoch += 1;
    this.#note({
      kind: 'epoch',
      epoch: this.#state.epoch,
      loss,
      accuracy,
      ...(heldOut === undefined ? {} : { heldOut }),
      seconds: this.#options.clock() - this.#start,
    });
  }

  /** The weights to judge and to keep: the average, if there is one. */
  #folded(): NetworkWeights {
    const { parameters, statistics } = this.#state.average ?? this.#state;
    return foldWeights(this.#weights, parameters, this.#stepper.layers, statistics);
  }

  async #heldOutAccuracy(): Promise<number | undefined> {
    const { heldOut, network, runtime, signal } = this.#options;
    if (heldOut === undefined || heldOut.length === 0) return undefined;
    const weights = this.#folded();
    const predicted = await classify({ network, weights, clips: heldOut, runtime, signal });
    return accuracyOf(predicted, heldOut);
  }

  #note(entry: LogEntry): void {
    this.#log.add(entry);
    this.#options.onLog?.(entry);
  }
}

/** Every video is seen once an epoch, but for those that fill no batch. */
function stepsPerEpoch({ clips, recipe }: TrainingOptions): number {
  return Math.max(1, Math.floor(clips.length / recipe.batch));
}

/** What must be the same for a training to go on. */
function identityOf({ network, clips, recipe, seed }: TrainingOptions): Record<string, unknown> {
  return {
    network: network.name,
    metadata: Object.fromEntries(network.metadata),
    size: network.size,
    clip: network.clip,
    classes: clips.classes,
    clips: digestOf(clips),
    recipe,
    seed,
  };
}

/** A hash of what the videos are called, their classes and their lengths. */
function digestOf(clips: TrainingClips): string {
  const hash = createHash('sha256');
  for (let clip = 0; clip < clips.length; clip++) {
    hash.update(`${clips.id(clip)}\n${clips.label(clip)} ${clips.frameCount(clip)}\n`);
  }
  return hash.digest('hex');
}

/** Writes weights as float16, as the network's checkpoint holds them. */
async function writeWeights(
  path: string,
  network: TrainableNetwork,
  weights: NetworkWeights,
): Promise<void> {
  const halved = Array.from(network.checkpoint(weights), ([key, tensor]): [string, Tensor] => [
    key,
    isDataType(tensor, 'float32')
      ? { dtype: 'float16', shape: tensor.shape, data: float32ToFloat16(tensor.data) }
      : tensor,
  ]);
  await replaceFile(path, writeSafetensors(new Map(halved), network.metadata));
}
