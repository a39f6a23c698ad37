import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Random, float32ToFloat16, isDataType, type Tensor } from '@msanet/tensor';
import { writeSafetensors } from '@msanet/checkpoint';
import type { GraphRuntime, GraphSession } from '@msanet/onnx';
import { exchangesOf } from '../data/exchanges.js';
import { trainingBatch, type BatchSource } from '../data/training-batch.js';
import type { TrainingClips } from '../data/training-clips.js';
import { blockConvolutions } from '../graph/block-convolutions.js';
import { foldWeights } from '../graph/fold-weights.js';
import { trainingGraph, type TrainingGraph } from '../graph/training-graph.js';
import { usableBlock } from '../graph/usable-block.js';
import { clipGradients } from '../optimisation/clip-gradients.js';
import { learningRateAt } from '../optimisation/learning-rate.js';
import { smoothLabels } from '../optimisation/smooth-labels.js';
import type { Recipe } from '../recipe/recipe.js';
import { updateStatistics } from '../state/running-statistics.js';
import { readState, replaceFile, writeState } from '../state/state-file.js';
import { initialState, updateAverage, type TrainingState } from '../state/training-state.js';
import type { NetworkWeights, TrainableNetwork } from '../trainable-network.js';
import { accuracyOf, classify, largest } from './evaluate.js';
import { TrainingLog, type LogEntry } from './training-log.js';

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
  readonly #graph: TrainingGraph;
  readonly #session: GraphSession;
  readonly #state: TrainingState;
  readonly #log: TrainingLog;
  readonly #source: BatchSource;
  readonly #stepsPerEpoch: number;
  readonly #start: number;

  private constructor(
    options: TrainingOptions,
    weights: NetworkWeights,
    graph: TrainingGraph,
    session: GraphSession,
    state: TrainingState,
    log: TrainingLog,
  ) {
    this.#options = options;
    this.#weights = weights;
    this.#graph = graph;
    this.#session = session;
    this.#state = state;
    this.#log = log;
    this.#source = sourceOf(options);
    const { clips, recipe, clock } = options;
    this.#stepsPerEpoch = Math.max(1, Math.floor(clips.length / recipe.batch));
    this.#start = clock();
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
    const block = await usableBlock(runtime);
    const model = block === undefined ? graph.model : blockConvolutions(graph.model, block);
    const session = await runtime.load(model, { spinning: false });
    return new Training(options, weights, graph, session, state, log);
  }

  async run(): Promise<TrainingResult> {
    const { recipe, signal, folder } = this.#options;
    let heldOut: number | undefined;
    while (this.#state.epoch < recipe.epochs) {
      const done = await this.#epoch();
      if (!done) return { epochs: this.#state.epoch, finished: false };
      const epoch = this.#state.epoch + 1;
      const isLast = epoch === recipe.epochs;
      const isDue = isLast || epoch % recipe.evaluateEvery === 0;
      heldOut = isDue ? await this.#heldOutAccuracy() : undefined;
      if (signal?.aborted === true && !isLast) heldOut = undefined;
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
    return this.#session.dispose();
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
      const result = await this.#step(epoch * this.#stepsPerEpoch + step, members, random);
      loss += result.loss / this.#stepsPerEpoch;
      accuracy += result.accuracy / this.#stepsPerEpoch;
      // Lets a signal in: a run of the graph blocks the event loop.
      await new Promise((resolve) => setImmediate(resolve));
      if (signal?.aborted === true) return undefined;
    }
    return { loss, accuracy };
  }

  async #step(
    step: number,
    members: readonly number[],
    random: Random,
  ): Promise<{ readonly loss: number; readonly accuracy: number }> {
    const { network, recipe, clock } = this.#options;
    const { parameters, optimiser, statistics } = this.#state;
    const { batch } = recipe;
    const { clips, labels } = await trainingBatch(this.#source, members, (clip) =>
      random.fork(`clip ${clip}`),
    );
    const frames = network.clip.segments * network.clip.framesPerSegment;
    const values = (shape: readonly number[], data: Float32Array): Tensor<'float32'> => ({
      dtype: 'float32',
      shape,
      data,
    });
    const results = await this.#session.run({
      ...this.#parameterFeeds(),
      clips: values([batch, frames, 3, network.size, network.size], clips),
      targets: values(
        [batch, network.classes],
        smoothLabels(labels, network.classes, recipe.labelSmoothing),
      ),
      dropout: values([batch, this.#graph.features], this.#dropout(random.fork(`step ${step}`))),
    });
    const gradients = Object.fromEntries(
      this.#graph.parameters.map((name) => [
        name,
        results[`gradient.${name}`].data as Float32Array,
      ]),
    );
    const gradientNorm = clipGradients(gradients, recipe.clipNorm);
    optimiser.learningRate = learningRateAt(step, this.#stepsPerEpoch * recipe.epochs, recipe);
    optimiser.step(parameters, gradients);
    updateStatistics(statistics, this.#graph.layers, results);
    updateAverage(this.#state, recipe.averaging, step);
    const losses = results['loss'].data as Float32Array;
    const logits = results['logits'].data as Float32Array;
    const loss = losses.reduce((sum, value) => sum + value, 0) / batch;
    const right = labels.filter((label, row) => {
      const scores = logits.subarray(row * network.classes, (row + 1) * network.classes);
      return largest(scores) === label;
    }).length;
    const accuracy = right / batch;
    this.#note({
      kind: 'step',
      epoch: this.#state.epoch + 1,
      step: step + 1,
      loss,
      accuracy,
      gradientNorm,
      learningRate: optimiser.learningRate,
      seconds: clock() - this.#start,
    });
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

  #parameterFeeds(): Record<string, Tensor<'float32'>> {
    const { parameters } = this.#state;
    return Object.fromEntries(
      this.#graph.parameters.map((name) => {
        const data = parameters[name];
        const shape = this.#weights.get(name)?.shape ?? [data.length];
        return [name, { dtype: 'float32', shape, data }];
      }),
    );
  }

  /** Factors of the features: 0 for those that are left out, more than 1 for the others, so that the mean stays. */
  #dropout(random: Random): Float32Array {
    const { batch, dropout } = this.#options.recipe;
    const factors = new Float32Array(batch * this.#graph.features).fill(1 / (1 - dropout));
    if (dropout === 0) return factors;
    return factors.map((factor) => (random.uniform() < dropout ? 0 : factor));
  }

  /** The weights to judge and to keep: the average, if there is one. */
  #folded(): NetworkWeights {
    const { parameters, statistics } = this.#state.average ?? this.#state;
    return foldWeights(this.#weights, parameters, this.#graph.layers, statistics);
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

function sourceOf({ clips, network, recipe }: TrainingOptions): BatchSource {
  const { augmentation } = recipe;
  const { flipExchanges, reverseExchanges } = augmentation;
  const known = new Set(reverseExchanges.flat());
  return {
    clips,
    layout: network.clip,
    size: network.size,
    augmentation,
    mirrored: exchangesOf(clips.classes, flipExchanges, 'recipe, flipExchanges'),
    reversed: exchangesOf(clips.classes, reverseExchanges, 'recipe, reverseExchanges').map(
      (twin, label) => (known.has(clips.classes[label]) ? twin : undefined),
    ),
  };
}

/** What must be the same for a training to go on. */
function identityOf({ network, clips, recipe, seed }: TrainingOptions): Record<string, unknown> {
  return {
    network: network.name,
    metadata: Object.fromEntries(network.metadata),
    size: network.size,
    clip: network.clip,
    classes: clips.classes,
    clips: clips.length,
    recipe,
    seed,
  };
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
