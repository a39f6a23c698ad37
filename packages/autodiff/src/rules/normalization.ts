import { sizeOf } from '@msanet/tensor';
import type { Value } from '@msanet/onnx';
import type { Emitter } from '../emitter.js';
import { vjpRule } from '../vjp-rule.js';

/** InstanceNormalization: each channel of each clip is normalised over its spatial axes. */
export const instanceNormalization = vjpRule(({ emit, operator, cotangent: g, inputs }) => {
  const [x, scale] = inputs;
  const axes = x.shape.map((_, axis) => axis).slice(2);
  const epsilon = operator.attribute('epsilon', 'float', 1e-5);
  const perChannel = emit.reshape(scale, [scale.shape[0], ...axes.map(() => 1)]);
  return [
    () => normalizationAdjoint(emit, x, emit.mul(g, perChannel), axes, epsilon),
    () => emit.sum(emit.mul(g, normalized(emit, x, axes, epsilon)), [0, ...axes], false),
    () => emit.sum(g, [0, ...axes], false),
  ];
});

/** LayerNormalization: all axes from `axis` on are normalised together; scale and bias broadcast to them. */
export const layerNormalization = vjpRule(
  ({ emit, operator, cotangent: g, inputs }) => {
    const [x, scale] = inputs;
    const rank = x.shape.length;
    const first = operator.axis(operator.attribute('axis', 'int', -1), rank);
    const axes = x.shape.map((_, axis) => axis).slice(first);
    const epsilon = operator.attribute('epsilon', 'float', 1e-5);
    return [
      () => normalizationAdjoint(emit, x, emit.mul(g, scale), axes, epsilon),
      () => emit.mul(g, normalized(emit, x, axes, epsilon)),
      () => g,
    ];
  },
  { broadcasts: true },
);

/** GroupNormalization: groups of channels are normalised with all their positions; scale is per group before opset 21, per channel since. */
export const groupNormalization = vjpRule(({ emit, operator, cotangent: g, inputs }) => {
  const [x, scale] = inputs;
  const [batch, channels, ...spatial] = x.shape;
  const groups = operator.attribute('num_groups', 'int');
  const epsilon = operator.attribute('epsilon', 'float', 1e-5);
  const split = [batch, groups, channels / groups, sizeOf(spatial)];
  const perChannel = scale.shape[0] === channels && operator.opset >= 21;
  const parameter = [groups, perChannel ? channels / groups : 1, 1];
  const [xs, gs] = [emit.reshape(x, split), emit.reshape(g, split)];
  const toParameter = (value: Value): Value =>
    emit.reshape(emit.sum(value, perChannel ? [0, 3] : [0, 2, 3], false), scale.shape);
  return [
    () => {
      const scaled = emit.mul(gs, emit.reshape(scale, parameter));
      return emit.reshape(normalizationAdjoint(emit, xs, scaled, [2, 3], epsilon), x.shape);
    },
    () => toParameter(emit.mul(gs, normalized(emit, xs, [2, 3], epsilon))),
    () => toParameter(gs),
  ];
});

/** y = e^x / Σ e^x along an axis: dx = y·(g − Σ g·y). */
export const softmax = vjpRule(({ emit, operator, cotangent: g, outputs: [y] }) => {
  const axis = operator.axis(operator.attribute('axis', 'int', -1), y.shape.length);
  return [
    () => {
      const weighted = emit.mul(g, y);
      return emit.sub(weighted, emit.mul(y, emit.sum(weighted, [axis])));
    },
  ];
});

/** y = x − ln Σ e^x along an axis: dx = g − e^y·Σ g. */
export const logSoftmax = vjpRule(({ emit, operator, cotangent: g, outputs: [y] }) => {
  const axis = operator.axis(operator.attribute('axis', 'int', -1), y.shape.length);
  return [() => emit.sub(g, emit.mul(emit.unary('Exp', y), emit.sum(g, [axis])))];
});

/** x with mean 0 and variance 1 over some axes. */
function normalized(emit: Emitter, x: Value, axes: readonly number[], epsilon: number): Value {
  const { unit } = standardize(emit, x, axes, epsilon);
  return unit;
}

/** The adjoint of `normalized`, with u the normalised x: dx = (g − mean g − u·mean(g·u))/√(variance + ε). */
function normalizationAdjoint(
  emit: Emitter,
  x: Value,
  g: Value,
  axes: readonly number[],
  epsilon: number,
): Value {
  const { unit, inverse } = standardize(emit, x, axes, epsilon);
  const along = emit.mul(unit, emit.mean(emit.mul(g, unit), axes));
  return emit.mul(emit.sub(emit.sub(g, emit.mean(g, axes)), along), inverse);
}

function standardize(
  emit: Emitter,
  x: Value,
  axes: readonly number[],
  epsilon: number,
): { unit: Value; inverse: Value } {
  const centred = emit.sub(x, emit.mean(x, axes));
  const inverse = inverseDeviation(emit, emit.mean(emit.square(centred), axes), epsilon);
  return { unit: emit.mul(centred, inverse), inverse };
}

function inverseDeviation(emit: Emitter, variance: Value, epsilon: number): Value {
  return emit.unary('Reciprocal', emit.unary('Sqrt', emit.add(variance, epsilon)));
}
