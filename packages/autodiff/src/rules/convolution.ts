import { int, ints, type Value } from '@msanet/onnx';
import { correlate, pads, shared } from './correlation.js';
import { flipTranspose } from './kernel.js';
import { phaseConvolution } from './phase-convolution.js';
import { weightGradient } from './convolution-weights.js';
import { vjpRule } from '../vjp-rule.js';
import type { Emitter } from '../emitter.js';
import { transposedWindowAxes, windowAxes, type WindowAxis } from './window.js';

/**
 * y = w ∗ x + b, with x (batch, channels, …), w (maps, channels/group, …), b (maps).
 *
 * dx is again a convolution where the stride is 1, dw is one product of matrices per tap.
 */
export const conv = vjpRule((context) => {
  const { emit, cotangent: g, inputs } = context;
  const [x, weight] = inputs;
  const group = context.operator.attribute('group', 'int', 1);
  const kernel = weight.shape.slice(2);
  const axes = windowAxes(context.operator, x.shape.slice(2), kernel);
  return [
    () => convolutionInputGradient(emit, g, weight, axes, group),
    () => weightGradient(emit, x, g, axes, group),
    () => biasGradient(emit, g),
  ];
});

/** The adjoint of a convolution in its input, plus a bias: x (batch, channels, …), w (channels, maps/group, …), b (maps). */
export const convTranspose = vjpRule((context) => {
  const { emit, cotangent: g, inputs } = context;
  const [x, weight] = inputs;
  const group = context.operator.attribute('group', 'int', 1);
  const kernel = weight.shape.slice(2);
  const axes = transposedWindowAxes(context.operator, x.shape.slice(2), kernel);
  return [
    () => {
      const cropped = cropTails(emit, g, axes);
      return emit.node('Conv', [cropped, weight], {
        group: int(group),
        strides: ints(axes.map(({ stride }) => stride)),
        dilations: ints(axes.map(({ dilation }) => dilation)),
        pads: ints(pads(axes.map(({ before, after }) => [before, Math.max(after, 0)]))),
      });
    },
    () => weightGradient(emit, g, x, axes, group),
    () => biasGradient(emit, g),
  ];
});

/** The sum over the batch and all positions, one number per map. */
function biasGradient(emit: Emitter, g: Value): Value {
  return emit.sum(g, [0, ...spatialAxes(g)], false);
}

/** The cotangent of a convolution's input. */
export function convolutionInputGradient(
  emit: Emitter,
  g: Value,
  weight: Value,
  axes: readonly WindowAxis[],
  group: number,
): Value {
  const strideless = (unit: readonly WindowAxis[]): Value =>
    correlate(emit, g, flipTranspose(emit, weight, group), unit, group);
  if (axes.every(({ stride }) => stride === 1)) return strideless(axes);
  const pointwise = axes.every(({ taps }) => taps === 1);
  if (pointwise && emit.uses('pointwise-strides')) {
    const unit = axes.map((axis) => ({
      ...axis,
      stride: 1,
      input: axis.output,
      before: 0,
      after: 0,
    }));
    return spread(emit, strideless(unit), axes);
  }
  if (hasPhaseKernels(weight, group) && emit.uses('phase-convolutions')) {
    return phaseConvolution(emit, g, weight, axes);
  }
  return transposed(emit, g, weight, axes, group);
}

/** Whether a runtime convolves by parts of the kernel as fast as by the kernel: for images, by constants of one group. */
function hasPhaseKernels({ constant, shape }: Value, group: number): boolean {
  return constant !== undefined && shape.length === 4 && group === 1;
}

/** The adjoint as the operator that is defined by it. */
function transposed(
  emit: Emitter,
  g: Value,
  weight: Value,
  axes: readonly WindowAxis[],
  group: number,
): Value {
  return emit.node('ConvTranspose', [g, weight], {
    ...shared(axes, group),
    strides: ints(axes.map(({ stride }) => stride)),
    pads: ints(pads(axes.map(({ before, after }) => [before, Math.max(after, 0)]))),
    output_padding: ints(axes.map(({ after }) => Math.max(-after, 0))),
  });
}

/**
 * Puts element o of each axis at `stride·o − before`, zeros between: the adjoint of taking every `stride`-th element.
 *
 * A depthwise convolution by ones takes a fraction of the time that padding axes of length 1 does. The average over single
 * elements copies them; it is there because ONNX Runtime has no blocked layout for ConvTranspose, but for AveragePool,
 * and lets everything that is added to its result keep that layout.
 */
export function spread(emit: Emitter, x: Value, axes: readonly WindowAxis[]): Value {
  const channels = x.shape[1];
  const single = axes.map(() => 1);
  const ones = new Float32Array(channels).fill(1);
  const kernel = emit.constant(x.dtype, ones, [channels, 1, ...single]);
  const result = transposed(emit, x, kernel, axes, channels);
  return emit.node('AveragePool', [result], { kernel_shape: ints(single) });
}

/** Cuts off what lies behind the last window. */
function cropTails(emit: Emitter, g: Value, axes: readonly WindowAxis[]): Value {
  const none = g.shape.map(() => 0);
  return emit.pad(g, none, [0, 0, ...axes.map(({ after }) => Math.min(after, 0))]);
}

function spatialAxes({ shape }: Value): number[] {
  return shape.map((_, axis) => axis).slice(2);
}
