import { sizeOf } from '@msanet/tensor';
import { reducedAxes, type Value } from '@msanet/onnx';
import type { VjpContext } from '../vjp-context.js';
import { vjpRule, type VjpRule } from '../vjp-rule.js';

/** A reduction as its rule sees it: everything in the shape with reduced axes of length 1, which broadcasts to x. */
interface Reduction {
  readonly context: VjpContext;
  readonly x: Value;
  readonly axes: readonly number[];
  /** The cotangent. */
  readonly g: Value;
  /** The result. */
  readonly y: Value;
  /** Number of elements that each result is made of. */
  readonly count: number;
}

/** A rule for a reduction; its result may be anything that broadcasts to x. */
function reduction(pullBack: (reduction: Reduction) => Value): VjpRule {
  return vjpRule((context) => [
    () => {
      const { emit, cotangent, inputs, outputs } = context;
      const [x] = inputs;
      const axes = reducedAxes(context.operator, x.shape.length);
      const kept = x.shape.map((length, axis) => (axes.includes(axis) ? 1 : length));
      const result = pullBack({
        context,
        x,
        axes,
        g: emit.reshape(cotangent, kept),
        get y() {
          return emit.reshape(outputs[0], kept);
        },
        count: sizeOf(axes.map((axis) => x.shape[axis])),
      });
      return emit.expand(result, x.shape);
    },
  ]);
}

/** y = Σ x. */
export const reduceSum = reduction(({ g }) => g);

/** y = Σ x / n. */
export const reduceMean = reduction(({ context: { emit }, g, count }) => emit.div(g, count));

/** ReduceMax and ReduceMin: elements that tie share the cotangent equally, as in PyTorch's `amax`. */
export const reduceExtremum = reduction(({ context: { emit }, g, x, y, axes }) => {
  const mask = emit.cast(emit.equal(x, y), x.dtype);
  return emit.mul(mask, emit.div(g, emit.sum(mask, axes)));
});

/** y = Π x: the product of all other elements, also where some are zero. */
export const reduceProduct = reduction(({ context: { emit }, g, x, axes }) => {
  const isZero = emit.equal(x, 0);
  const zero = emit.cast(isZero, x.dtype);
  const nonZero = emit.add(x, zero);
  const others = emit.div(emit.product(nonZero, axes), nonZero);
  const otherZeros = emit.sub(emit.sum(zero, axes), zero);
  return emit.mul(g, emit.mul(others, emit.cast(emit.equal(otherZeros, 0), x.dtype)));
});

/** y = Σ |x|. */
export const reduceL1 = reduction(({ context: { emit }, g, x }) => emit.mul(emit.sign(x), g));

/** y = √Σ x²; the derivative at the origin is 0, as in PyTorch. */
export const reduceL2 = reduction(({ context: { emit }, g, x, y }) => {
  const safe = emit.add(y, emit.cast(emit.equal(y, 0), y.dtype));
  return emit.mul(x, emit.div(g, safe));
});

/** y = Σ x². */
export const reduceSumSquare = reduction(({ context: { emit }, g, x }) =>
  emit.mul(x, emit.mul(g, 2)),
);

/** y = ln Σ eˣ. */
export const reduceLogSumExp = reduction(({ context: { emit }, g, x, y }) =>
  emit.mul(emit.unary('Exp', emit.sub(x, y)), g),
);
