import type { Random, Tensor } from '@msanet/tensor';
import type { ParameterSet } from '@msanet/autodiff';
import type { GraphRuntime, GraphSession, NamedTensors } from '@msanet/onnx';
import { trainingBatch, type BatchSource } from '../data/training-batch.js';
import { blockConvolutions } from '../graph/block-convolutions.js';
import type { NormalizedLayer } from '../graph/normalize-convolutions.js';
import type { TrainingGraph } from '../graph/training-graph.js';
import { usableBlock } from '../graph/usable-block.js';
import { clipGradients } from '../optimisation/clip-gradients.js';
import { learningRateAt } from '../optimisation/learning-rate.js';
import { smoothLabels } from '../optimisation/smooth-labels.js';
import type { Recipe } from '../recipe/recipe.js';
import { updateStatistics } from '../state/running-statistics.js';
import { updateAverage, type TrainingState } from '../state/training-state.js';
import type { NetworkWeights, TrainableNetwork } from '../trainable-network.js';
import { largest } from './evaluate.js';

/** What the steps of a training are made of. */
export interface StepPlan {
  readonly network: TrainableNetwork;
  readonly recipe: Recipe;
  /** The weights that the network starts with, for their shapes. */
  readonly weights: NetworkWeights;
  readonly graph: TrainingGraph;
  /** What the steps change. */
  readonly state: TrainingState;
  readonly source: BatchSource;
  /** Steps of the whole training. */
  readonly steps: number;
}

/** What one step came to. */
export interface StepResult {
  /** Mean over the batch. */
  readonly loss: number;
  /** Share of the batch whose class was right. */
  readonly accuracy: number;
  /** Norm of all gradients together, before it was limited. */
  readonly gradientNorm: number;
  readonly learningRate: number;
}

/** Takes the steps of a training: a batch, its gradients, and one move of everything that the state holds. */
export class TrainingStepper {
  readonly #plan: StepPlan;
  readonly #session: GraphSession;

  private constructor(plan: StepPlan, session: GraphSession) {
    this.#plan = plan;
    this.#session = session;
  }

  /** Compiles the graph of a step, with channels in blocks where the runtime can. */
  static async load(plan: StepPlan, runtime: GraphRuntime): Promise<TrainingStepper> {
    const { model } = plan.graph;
    const block = await usableBlock(runtime);
    const best = block === undefined ? model : blockConvolutions(model, block);
    return new TrainingStepper(plan, await runtime.load(best, { spinning: false }));
  }

  /** The layers with a batch normalisation. */
  get layers(): readonly NormalizedLayer[] {
    return this.#plan.graph.layers;
  }

  /**
   * Takes one step.
   *
   * @param step from 0, over the whole training
   * @param members the videos of the batch
   * @param random of the epoch
   */
  async step(step: number, members: readonly number[], random: Random): Promise<StepResult> {
    const { recipe, source, graph, state, steps } = this.#plan;
    const randomOf = (clip: number): Random => random.fork(`clip ${clip}`);
    const { clips, labels } = await trainingBatch(source, members, randomOf);
    const results = await this.#session.run({
      ...this.#parameterFeeds(),
      ...this.#batchFeeds(clips, labels, random.fork(`step ${step}`)),
    });
    const gradients = this.#gradientsOf(results);
    const gradientNorm = clipGradients(gradients, recipe.clipNorm);
    const learningRate = learningRateAt(step, steps, recipe);
    state.optimiser.learningRate = learningRate;
    state.optimiser.step(state.parameters, gradients);
    updateStatistics(state.statistics, graph.layers, results);
    updateAverage(state, recipe.averaging, step);
    return { ...this.#outcome(results, labels), gradientNorm, learningRate };
  }

  dispose(): Promise<void> {
    return this.#session.dispose();
  }

  #parameterFeeds(): NamedTensors {
    const { graph, weights, state } = this.#plan;
    return Object.fromEntries(
      graph.parameters.map((name) => {
        const data = state.parameters[name];
        return [name, values(weights.get(name)?.shape ?? [data.length], data)];
      }),
    );
  }

  #batchFeeds(clips: Float32Array, labels: readonly number[], random: Random): NamedTensors {
    const { network, recipe, graph } = this.#plan;
    const { batch, labelSmoothing } = recipe;
    const { segments, framesPerSegment } = network.clip;
    const frames = segments * framesPerSegment;
    const targets = smoothLabels(labels, network.classes, labelSmoothing);
    return {
      clips: values([batch, frames, 3, network.size, network.size], clips),
      targets: values([batch, network.classes], targets),
      dropout: values([batch, graph.features], this.#dropout(random)),
    };
  }

  /** Factors of the features: 0 for those that are left out, more than 1 for the others, so that the mean stays. */
  #dropout(random: Random): Float32Array {
    const { graph, recipe } = this.#plan;
    const { batch, dropout } = recipe;
    const factors = new Float32Array(batch * graph.features).fill(1 / (1 - dropout));
    if (dropout === 0) return factors;
    return factors.map((factor) => (random.uniform() < dropout ? 0 : factor));
  }

  #gradientsOf(results: NamedTensors): ParameterSet {
    return Object.fromEntries(
      this.#plan.graph.parameters.map((name) => [
        name,
        results[`gradient.${name}`].data as Float32Array,
      ]),
    );
  }

  #outcome(
    results: NamedTensors,
    labels: readonly number[],
  ): Pick<StepResult, 'loss' | 'accuracy'> {
    const { classes } = this.#plan.network;
    const losses = results['loss'].data as Float32Array;
    const logits = results['logits'].data as Float32Array;
    const right = labels.filter(
      (label, row) => largest(logits.subarray(row * classes, (row + 1) * classes)) === label,
    );
    return {
      loss: losses.reduce((sum, value) => sum + value, 0) / losses.length,
      accuracy: right.length / labels.length,
    };
  }
}

function values(shape: readonly number[], data: Float32Array): Tensor<'float32'> {
  return { dtype: 'float32', shape, data };
}
