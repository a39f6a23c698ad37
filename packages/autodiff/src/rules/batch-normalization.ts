import { sizeOf } from '@msanet/tensor';
import type { Value } from '@msanet/onnx';
import type { CotangentThunk } from '../vjp-rule.js';
import { vjpRule } from '../vjp-rule.js';
import { undefinedGradient, type VjpContext } from '../vjp-context.js';

/** BatchNormalization: y = scale·(x − mean)/√(variance + ε) + bias, all per channel (axis 1). */
export const batchNormalization = vjpRule((context) =>
  context.operator.attribute('training_mode', 'int', 0) === 0
    ? atInference(context)
    : inTraining(context),
);

/** Mean and variance are operands. */
function atInference({ emit, operator, cotangent: g, inputs }: VjpContext): CotangentThunk[] {
  const [x, scale, , mean, variance] = inputs;
  const epsilon = operator.attribute('epsilon', 'float', 1e-5);
  const perChannel = channelsOf(x);
  const spread = (value: Value): Value => emit.reshape(value, perChannel);
  const sum = (value: Value): Value => emit.sum(value, othersOf(x), false);
  const inverse = (): Value =>
    emit.unary('Reciprocal', emit.unary('Sqrt', emit.add(variance, epsilon)));
  const centred = (): Value => emit.sub(x, spread(mean));
  return [
    () => emit.mul(g, spread(emit.mul(scale, inverse()))),
    () => emit.mul(sum(emit.mul(g, centred())), inverse()),
    () => sum(g),
    () => emit.neg(emit.mul(sum(g), emit.mul(scale, inverse()))),
    () => {
      const inv = inverse();
      const cubed = emit.mul(emit.square(inv), inv);
      const slope = emit.mul(emit.mul(scale, cubed), -0.5);
      return emit.mul(sum(emit.mul(g, centred())), slope);
    },
  ];
}

/**
 * Mean and variance are those of the batch, and depend on x (Ioffe and Szegedy, ICML 2015, section 3). With
 * u = (x − mean)/√(variance + ε), m elements per channel and sums over all axes but the channels':
 *
 * dscale = Σ g·u, dbias = Σ g, dx = scale/√(variance + ε) · (g − dbias/m − u·dscale/m).
 *
 * Written out, dx = a·g + b·x + c with three numbers per channel, so that only two passes over the features are left: one
 * for both sums, one for dx. The batch's statistics are taken from the operator's own outputs.
 */
function inTraining(context: VjpContext): (CotangentThunk | undefined)[] {
  const { emit, operator, cotangent: g, inputs, outputs } = context;
  const [x, scale] = inputs;
  if (operator.attribute('momentum', 'float', 0.9) !== 0 || outputs.length < 3) {
    throw undefinedGradient(
      context,
      'in training mode, momentum 0 and three outputs, which then are the batch’s own statistics',
      'another momentum, or fewer outputs',
      'keep the running statistics outside of the graph',
    );
  }
  const [, mean, variance] = outputs;
  const epsilon = operator.attribute('epsilon', 'float', 1e-5);
  const others = othersOf(x);
  const count = sizeOf(others.map((axis) => x.shape[axis]));
  const spread = (value: Value): Value => emit.reshape(value, channelsOf(x));
  const once = <T>(make: () => T): (() => T) => {
    let made: { readonly value: T } | undefined;
    return () => (made ??= { value: make() }).value;
  };
  const inverse = once(() =>
    emit.unary('Reciprocal', emit.unary('Sqrt', emit.add(variance, epsilon))),
  );
  const biasGradient = once(() => emit.sum(g, others, false));
  const scaleGradient = once(() => {
    const product = emit.sum(emit.mul(g, x), others, false);
    return emit.mul(emit.sub(product, emit.mul(mean, biasGradient())), inverse());
  });
  return [
    () => {
      const a = emit.mul(scale, inverse());
      const b = emit.div(emit.mul(emit.mul(a, inverse()), scaleGradient()), -count);
      const c = emit.neg(emit.add(emit.div(emit.mul(a, biasGradient()), count), emit.mul(b, mean)));
      const affine = emit.add(emit.mul(x, spread(b)), spread(c));
      return emit.add(emit.mul(g, spread(a)), affine);
    },
    scaleGradient,
    biasGradient,
    undefined,
    undefined,
  ];
}

/** The shape of one number per channel that broadcasts to x. */
function channelsOf({ shape }: Value): number[] {
  return [shape[1], ...shape.slice(2).map(() => 1)];
}

/** All axes but that of the channels. */
function othersOf({ shape }: Value): number[] {
  return shape.flatMap((_, axis) => (axis === 1 ? [] : [axis]));
}
