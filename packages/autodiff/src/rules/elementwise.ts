import type { Value } from '@msanet/onnx';
import type { VjpContext } from '../vjp-context.js';
import { vjpRule, type VjpRule } from '../vjp-rule.js';

/** A rule for an operator that works on each element alone: dx = g · derivative. */
export function elementwise(
  derivative: (x: Value, y: Value, context: VjpContext) => Value,
): VjpRule {
  return vjpRule((context) => [
    () => {
      const slope = derivative(context.inputs[0], context.outputs[0], context);
      return context.emit.mul(context.cotangent, slope);
    },
  ]);
}

/** y = −x. */
export const neg = vjpRule(({ emit, cotangent: g }) => [() => emit.neg(g)]);

/** y = |x|; the derivative at 0 is 0, as in PyTorch. */
export const abs = elementwise((x, _, { emit }) => emit.sign(x));

/** y = 1/x. */
export const reciprocal = elementwise((_, y, { emit }) => emit.neg(emit.square(y)));

/** y = eˣ. */
export const exp = elementwise((_, y) => y);

/** y = ln x. */
export const log = vjpRule(({ emit, cotangent: g, inputs: [x] }) => [() => emit.div(g, x)]);

/** y = √x. */
export const sqrt = vjpRule(({ emit, cotangent: g, outputs: [y] }) => [
  () => emit.div(g, emit.mul(y, 2)),
]);

/** y = erf x, with derivative 2/√π · e^(−x²). */
export const erf = elementwise((x, _, { emit }) =>
  emit.mul(emit.unary('Exp', emit.neg(emit.square(x))), 2 / Math.sqrt(Math.PI)),
);

/** y = sin x. */
export const sin = elementwise((x, _, { emit }) => emit.unary('Cos', x));

/** y = cos x. */
export const cos = elementwise((x, _, { emit }) => emit.neg(emit.unary('Sin', x)));

/** y = tanh x, with derivative 1 − y². */
export const tanh = elementwise((_, y, { emit }) => emit.sub(1, emit.square(y)));
