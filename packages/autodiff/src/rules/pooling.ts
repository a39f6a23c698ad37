import { sizeOf } from '@msanet/tensor';
import { int, ints, string, type Value } from '@msanet/onnx';
import type { Emitter } from '../emitter.js';
import type { VjpContext } from '../vjp-context.js';
import { vjpRule } from '../vjp-rule.js';
import { relu } from './activation.js';
import { convolutionInputGradient, spread } from './convolution.js';
import { scatterTaps, tapOf } from './lattice.js';
import { pullBackByPhases } from './pool-phases.js';
import { windowAxes, type WindowAxis } from './window.js';

/**
 * MaxPool. Where several elements of a window are the largest, the first in row-major order gets the cotangent, as in
 * PyTorch.
 *
 * The pooling is redone one axis at a time, last axis first, and pulled back in the opposite order. Along one axis the
 * taps are asked in turn whether they hold the maximum; a tap that does takes the cotangent, the next one sees what
 * remains. This finds the first row that holds the maximum and the first column in that row, without the Indices output
 * of MaxPool, which takes many times longer than MaxPool itself.
 */
export const maxPool = vjpRule((context) => [
  () => {
    const { emit } = context;
    if (!emit.uses('separable-max-pools')) return scatterByIndices(context);
    const axes = poolAxes(context);
    const onlyPositive = emit.uses('max-pool-phases') && onlyPositiveMatters(context);
    return onlyPositive && hasBlocks(context.inputs[0])
      ? pullBackPhases(context, axes)
      : pullBackAxes(context, axes);
  },
]);

/**
 * Whether it is without effect what windows without a positive element hand back: their cotangent is zero, since it comes
 * from ReLUs alone, or a ReLU made what they see, and takes it.
 */
function onlyPositiveMatters({ sources, target }: VjpContext): boolean {
  return target === relu || sources.every((source) => source === relu);
}

/** Whether x is of images that ONNX Runtime can hold in its blocked layout. */
function hasBlocks({ shape }: Value): boolean {
  return shape.length === 4 && shape[1] % 4 === 0;
}

function pullBackPhases(
  { emit, inputs: [x], outputs: [y], cotangent: g }: VjpContext,
  axes: readonly WindowAxis[],
): Value {
  return pullBackByPhases(emit, { x, columnMaxima: poolAlong(emit, x, 1, axes[1]), y, g }, axes);
}

function pullBackAxes(context: VjpContext, axes: readonly WindowAxis[]): Value {
  const stages = [context.inputs[0]];
  for (let axis = axes.length - 1; axis > 0; axis--) {
    stages.push(poolAlong(context.emit, stages[stages.length - 1], axis, axes[axis]));
  }
  // stages[i] is pooled along the last i spatial axes; the first axis is pooled last.
  let result = context.outputs[0];
  let g = context.cotangent;
  axes.forEach((window, axis) => {
    const before = stages[axes.length - 1 - axis];
    g = pullBackAlong(context.emit, before, result, g, axis + 2, window);
    result = before;
  });
  return g;
}

/** The definition: MaxPool's Indices output tells where the maxima lie in the whole operand. */
function scatterByIndices({ emit, node, inputs: [x], cotangent: g }: VjpContext): Value {
  const [, indices] = emit.nodes('MaxPool', [x], 2, { ...node.attributes, storage_order: int(0) });
  const flat = [sizeOf(x.shape)];
  const positions = emit.reshape(indices, [sizeOf(g.shape)]);
  const updates = emit.reshape(g, [sizeOf(g.shape)]);
  const zeros = emit.full(x.dtype, flat);
  const scattered = emit.node('ScatterElements', [zeros, positions, updates], {
    axis: int(0),
    reduction: string('add'),
  });
  return emit.reshape(scattered, x.shape);
}

/** The maximum along one spatial axis only. */
function poolAlong(emit: Emitter, x: Value, axis: number, window: WindowAxis): Value {
  if (isIdentity(window)) return x;
  const spatial = x.shape.slice(2);
  const only = (value: number, other: number): number[] =>
    spatial.map((_, each) => (each === axis ? value : other));
  const after = Math.max(window.after, 0);
  // ONNX Runtime refuses a pad as long as the kernel, which a dilated window may need.
  const tooLong = after >= window.taps;
  const padded = tooLong ? emit.padAxis(x, axis + 2, 0, after, -Infinity) : x;
  return emit.node('MaxPool', [padded], {
    kernel_shape: ints(only(window.taps, 1)),
    strides: ints(only(window.stride, 1)),
    dilations: ints(only(window.dilation, 1)),
    pads: ints([...only(window.before, 0), ...only(tooLong ? 0 : after, 0)]),
  });
}

function pullBackAlong(
  emit: Emitter,
  x: Value,
  y: Value,
  g: Value,
  axis: number,
  window: WindowAxis,
): Value {
  if (isIdentity(window)) return g;
  const taps: Value[] = [];
  let rest = g;
  for (let tap = 0; tap < window.taps - 1; tap++) {
    const below = emit.sub(tapOf(emit, x, axis, window, tap, -Infinity), y);
    const taken = emit.mul(rest, emit.nonNegative(below));
    taps.push(taken);
    rest = emit.sub(rest, taken);
  }
  // One of the taps holds the maximum: what no other took belongs to the last one.
  taps.push(rest);
  return scatterTaps(emit, taps, axis, window);
}

/** Whether every position of the window is the element of its place. */
function isIdentity({ taps, stride, before, input, output }: WindowAxis): boolean {
  return taps === 1 && stride === 1 && before === 0 && input === output;
}

/** AveragePool: every element of a window gets an equal share, by the count that the node divides by. */
export const averagePool = vjpRule((context) => [
  () => {
    const { emit, cotangent: g, inputs } = context;
    const axes = poolAxes(context);
    const includePads = context.operator.attribute('count_include_pad', 'int', 0) !== 0;
    return windowSumAdjoint(emit, shareOf(emit, g, axes, includePads), inputs[0], axes);
  },
]);

/** The cotangent divided by the number of elements of each window. */
function shareOf(
  emit: Emitter,
  g: Value,
  axes: readonly WindowAxis[],
  includePads: boolean,
): Value {
  const counts = axes.map((window) => windowCounts(window, includePads));
  if (counts.every((count) => count.every((length) => length === count[0]))) {
    return emit.div(g, sizeOf(counts.map(([count]) => count)));
  }
  return counts.reduce((share, count, axis) => {
    const shape = axes.map((_, other) => (other === axis ? count.length : 1));
    return emit.div(share, emit.constant(g.dtype, count, shape));
  }, g);
}

/** How many taps of each position lie on the input, or on the input and its declared pads. */
function windowCounts(window: WindowAxis, includePads: boolean): number[] {
  const { taps, stride, dilation, before, declaredAfter, input, output } = window;
  const [low, high] = includePads ? [-before, input + declaredAfter] : [0, input];
  return Array.from({ length: output }, (_, position) => {
    const start = position * stride - before;
    let count = 0;
    for (let tap = 0; tap < taps; tap++) {
      const at = start + tap * dilation;
      if (at >= low && at < high) count += 1;
    }
    return count;
  });
}

/** Gives the value of each window position to all elements of the window. */
function windowSumAdjoint(
  emit: Emitter,
  share: Value,
  x: Value,
  axes: readonly WindowAxis[],
): Value {
  if (axes.every(({ taps }) => taps === 1)) return spread(emit, share, axes);
  if (axes.some(({ stride }) => stride !== 1)) {
    return axes.reduce((value, window, axis) => {
      const taps = new Array<Value>(window.taps).fill(value);
      return scatterTaps(emit, taps, axis + 2, window);
    }, share);
  }
  // With stride 1 a window sum is a depthwise convolution by ones.
  const channels = x.shape[1];
  const kernel = [channels, 1, ...axes.map(({ taps }) => taps)];
  const ones = emit.constant(x.dtype, new Float32Array(sizeOf(kernel)).fill(1), kernel);
  return convolutionInputGradient(emit, share, ones, axes, channels);
}

/** GlobalAveragePool: every element of a channel gets an equal share. */
export const globalAveragePool = vjpRule(({ emit, cotangent: g, inputs: [x] }) => [
  () => emit.expand(emit.div(g, sizeOf(x.shape.slice(2))), x.shape),
]);

/** GlobalMaxPool: the first largest element of a channel gets the cotangent, as in PyTorch. */
export const globalMaxPool = vjpRule(({ emit, cotangent: g, inputs: [x] }) => [
  () => {
    const flat = [x.shape[0], x.shape[1], sizeOf(x.shape.slice(2))];
    const first = emit.node('ArgMax', [emit.reshape(x, flat)], { axis: int(2), keepdims: int(1) });
    const scattered = emit.node(
      'ScatterElements',
      [emit.full(x.dtype, flat), first, emit.reshape(g, [...flat.slice(0, 2), 1])],
      { axis: int(2) },
    );
    return emit.reshape(scattered, x.shape);
  },
]);

function poolAxes({ operator, inputs }: VjpContext): WindowAxis[] {
  return windowAxes(operator, inputs[0].shape.slice(2), operator.attribute('kernel_shape', 'ints'));
}
