import { formatShape, sizeOf } from '@msanet/tensor';
import type { OperatorCall, OperatorKernel } from '../operator-call.js';
import { ndarray, type NdArray } from '../ndarray.js';
import { broadcastData } from './elementwise.js';
import { groupBy, readGroup } from './reduction.js';

/** Mean and (population) variance of some elements. */
function moments(values: Float64Array): readonly [mean: number, variance: number] {
  const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
  const variance = values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length;
  return [mean, variance];
}

/** The operand that holds one number per channel. */
function perChannel(call: OperatorCall, index: number, channels: number): Float64Array {
  const { shape, data } = call.input(index);
  if (data.length === channels) return data;
  throw call.shapeError(`${channels} elements in input ${index}`, formatShape(shape));
}

/** BatchNormalization of (N, C, …); in training mode with the batch's own moments, and updated running ones. */
function batchNormalization(call: OperatorCall): readonly NdArray[] {
  const x = call.input(0);
  const channels = x.shape[1] ?? 1;
  const [scale, bias, inputMean, inputVariance] = [1, 2, 3, 4].map((index) =>
    perChannel(call, index, channels),
  );
  const epsilon = call.float('epsilon', 1e-5);
  const training = call.int('training_mode', 0) === 1;
  const mean = inputMean.slice();
  const variance = inputVariance.slice();
  if (training) {
    const others = x.shape.map((_, axis) => axis).filter((axis) => axis !== 1);
    const { starts, members } = groupBy(x.shape, others);
    const values = new Float64Array(members.length);
    starts.forEach((start, channel) => {
      [mean[channel], variance[channel]] = moments(readGroup(x, start, members, values));
    });
  }
  const plane = sizeOf(x.shape.slice(2));
  const result = x.data.map((value, index) => {
    const channel = Math.floor(index / plane) % channels;
    const deviation = Math.sqrt(variance[channel] + epsilon);
    return ((value - mean[channel]) / deviation) * scale[channel] + bias[channel];
  });
  const y = ndarray(x.shape, result);
  if (!training) return [y];
  const momentum = call.float('momentum', 0.9);
  const blend = (running: Float64Array, current: Float64Array) =>
    ndarray(
      [channels],
      running.map((value, channel) => value * momentum + current[channel] * (1 - momentum)),
    );
  return [y, blend(inputMean, mean), blend(inputVariance, variance)];
}

/** InstanceNormalization: every (image, channel) plane by its own moments. */
function instanceNormalization(call: OperatorCall): NdArray {
  const x = call.input(0);
  const [batch, channels] = x.shape;
  const scale = perChannel(call, 1, channels);
  const bias = perChannel(call, 2, channels);
  return normalizeBlocks(call, x, batch * channels, (index, plane) => {
    const channel = Math.floor(index / plane) % channels;
    return [scale[channel], bias[channel]];
  });
}

/** GroupNormalization: scale and bias are per group in opset 18 to 20, per channel from opset 21. */
function groupNormalization(call: OperatorCall): NdArray {
  const x = call.input(0);
  const [batch, channels] = x.shape;
  const groups = call.required('num_groups', 'int');
  if (channels % groups !== 0) {
    throw call.shapeError(`channels in ${groups} groups`, String(channels));
  }
  const entries = call.opset >= 21 ? channels : groups;
  const scale = perChannel(call, 1, entries);
  const bias = perChannel(call, 2, entries);
  const plane = sizeOf(x.shape.slice(2));
  return normalizeBlocks(call, x, batch * groups, (index) => {
    const channel = Math.floor(index / plane) % channels;
    const entry = Math.floor(channel / (channels / entries));
    return [scale[entry], bias[entry]];
  });
}

/** Normalises `count` contiguous blocks, each by its own moments, then scales and shifts every element. */
function normalizeBlocks(
  call: OperatorCall,
  x: NdArray,
  count: number,
  scaleAndBias: (index: number, blockSize: number) => readonly [number, number],
): NdArray {
  const epsilon = call.float('epsilon', 1e-5);
  const size = x.data.length / count;
  const result = new Float64Array(x.data.length);
  for (let block = 0; block < count; block++) {
    const [mean, variance] = moments(x.data.subarray(block * size, (block + 1) * size));
    for (let index = block * size; index < (block + 1) * size; index++) {
      const [scale, bias] = scaleAndBias(index, size);
      result[index] = ((x.data[index] - mean) / Math.sqrt(variance + epsilon)) * scale + bias;
    }
  }
  return ndarray(x.shape, result);
}

/** LayerNormalization over the axes from `axis` on, with the optional outputs Mean and InvStdDev. */
function layerNormalization(call: OperatorCall): readonly NdArray[] {
  const x = call.input(0);
  const axis = call.axis(call.int('axis', -1), x.shape.length);
  const epsilon = call.float('epsilon', 1e-5);
  const scale = broadcastData(call.input(1), x.shape);
  const bias = call.optional(2) && broadcastData(call.input(2), x.shape);
  const statistics = x.shape.map((length, k) => (k < axis ? length : 1));
  const count = sizeOf(statistics);
  const size = x.data.length / count;
  const means = new Float64Array(count);
  const inverseDeviations = new Float64Array(count);
  const result = new Float64Array(x.data.length);
  for (let row = 0; row < count; row++) {
    const [mean, variance] = moments(x.data.subarray(row * size, (row + 1) * size));
    means[row] = mean;
    inverseDeviations[row] = 1 / Math.sqrt(variance + epsilon);
    for (let index = row * size; index < (row + 1) * size; index++) {
      const normalized = (x.data[index] - mean) * inverseDeviations[row];
      result[index] = normalized * scale[index] + (bias ? bias[index] : 0);
    }
  }
  return [
    ndarray(x.shape, result),
    ndarray(statistics, means),
    ndarray(statistics, inverseDeviations),
  ];
}

/** log(softmax) of one group: x − max − log Σ exp(x − max). */
function logSoftmaxOf(values: Float64Array): Float64Array {
  const top = values.reduce((best, x) => Math.max(best, x), -Infinity);
  const total = Math.log(values.reduce((sum, x) => sum + Math.exp(x - top), 0));
  return values.map((x) => x - top - total);
}

function softmaxAlongAxis(map: (values: Float64Array) => Float64Array): OperatorKernel {
  return (call) => {
    const x = call.input(0);
    const axis = call.axis(call.int('axis', -1), x.shape.length);
    const { starts, members } = groupBy(x.shape, [axis]);
    const values = new Float64Array(members.length);
    const result = new Float64Array(x.data.length);
    for (const start of starts) {
      const mapped = map(readGroup(x, start, members, values));
      members.forEach((member, index) => {
        result[start + member] = mapped[index];
      });
    }
    return ndarray(x.shape, result);
  };
}

/** Normalisations by moments, and the softmaxes. */
export const normalizationOperators: Readonly<Record<string, OperatorKernel>> = {
  BatchNormalization: batchNormalization,
  InstanceNormalization: instanceNormalization,
  GroupNormalization: groupNormalization,
  LayerNormalization: layerNormalization,
  Softmax: softmaxAlongAxis((values) => logSoftmaxOf(values).map(Math.exp)),
  LogSoftmax: softmaxAlongAxis(logSoftmaxOf),
};
