import { sizeOf } from '@msanet/tensor';
import { Adam, Sgd, type Optimiser } from '@msanet/autodiff';
import type { NormalizedLayer } from '../graph/normalize-convolutions.js';
import type { Recipe } from '../recipe/recipe.js';
import type { NetworkWeights } from '../trainable-network.js';
import { initialStatistics, type RunningStatistics } from './running-statistics.js';

/** Everything that a training step changes. */
export interface TrainingState {
  /** Parameters by name: the weights of the network, and the scales of its normalisations. */
  readonly parameters: Record<string, Float32Array>;
  readonly statistics: Map<string, RunningStatistics>;
  readonly optimiser: Optimiser;
  /** The moving average of parameters and statistics, where the recipe wants one. */
  readonly average: AveragedState | undefined;
  /** Epochs that are done. */
  epoch: number;
}

/** What is judged and kept instead of the last values. */
export interface AveragedState {
  readonly parameters: Record<string, Float32Array>;
  readonly statistics: Map<string, RunningStatistics>;
}

/** The state before the first step. */
export function initialState(
  weights: NetworkWeights,
  layers: readonly NormalizedLayer[],
  recipe: Recipe,
): TrainingState {
  const parameters: Record<string, Float32Array> = {};
  for (const [name, { data }] of weights) parameters[name] = data.slice();
  for (const { scale, channels } of layers) parameters[scale] = new Float32Array(channels).fill(1);
  return {
    parameters,
    statistics: initialStatistics(layers),
    optimiser: makeOptimiser(recipe, weights),
    average:
      recipe.averaging > 0
        ? { parameters: copyOf(parameters), statistics: initialStatistics(layers) }
        : undefined,
    epoch: 0,
  };
}

/** Weight decay acts on what has at least two axes: not on biases and normalisations. */
function makeOptimiser({ optimiser, weightDecay }: Recipe, weights: NetworkWeights): Optimiser {
  const decays = (name: string): boolean => {
    const shape = weights.get(name)?.shape ?? [];
    return shape.length >= 2 && sizeOf(shape) > shape[0];
  };
  if (optimiser.kind === 'sgd') {
    const { momentum, nesterov } = optimiser;
    return new Sgd({ momentum, nesterov, weightDecay, decays });
  }
  const { beta1, beta2 } = optimiser;
  return new Adam({ beta1, beta2, weightDecay, decays });
}

/** Copies arrays by name. */
export function copyOf(
  values: Readonly<Record<string, Float32Array>>,
): Record<string, Float32Array> {
  return Object.fromEntries(Object.entries(values).map(([name, data]) => [name, data.slice()]));
}

/** Moves the averages towards their values. They forget faster at the start, so that they soon leave it. */
export function updateAverage(
  { average, parameters, statistics }: TrainingState,
  decay: number,
  step: number,
): void {
  if (average === undefined) return;
  const share = 1 - Math.min(decay, (1 + step) / (10 + step));
  const move = (target: Float32Array, source: Float32Array): void => {
    for (let index = 0; index < target.length; index++) {
      target[index] += share * (source[index] - target[index]);
    }
  };
  for (const [name, target] of Object.entries(average.parameters)) move(target, parameters[name]);
  for (const [name, target] of average.statistics) {
    const source = statistics.get(name) as RunningStatistics;
    move(target.mean, source.mean);
    move(target.variance, source.variance);
  }
}

/** All arrays of a state by name, but those of the optimiser. They are the state's own. */
export function stateArrays(state: TrainingState): Map<string, Float32Array> {
  const arrays = new Map<string, Float32Array>();
  const add = (prefix: string, { parameters, statistics }: AveragedState): void => {
    for (const [name, data] of Object.entries(parameters)) {
      arrays.set(`${prefix}parameters/${name}`, data);
    }
    for (const [name, { mean, variance }] of statistics) {
      arrays.set(`${prefix}statistics/${name}/mean`, mean);
      arrays.set(`${prefix}statistics/${name}/variance`, variance);
    }
  };
  add('', state);
  if (state.average !== undefined) add('average/', state.average);
  return arrays;
}
