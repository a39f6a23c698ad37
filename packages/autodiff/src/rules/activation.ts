import { vjpRule } from '../vjp-rule.js';
import { elementwise } from './elementwise.js';

// At a kink each rule takes the side that PyTorch takes; it is named where it is not the derivative from the left.

/** y = max(x, 0). The mask is read off y, so that x need not be kept. */
export const relu = elementwise((_, y, { emit }) => emit.positive(y));

/** y = x for x > 0, α·x below. */
export const leakyRelu = elementwise((x, _, context) => {
  const alpha = context.operator.attribute('alpha', 'float', 0.01);
  const { emit } = context;
  return emit.add(emit.mul(emit.positive(x), 1 - alpha), alpha);
});

/** y = x for x > 0, slope·x below, with a slope that broadcasts to x. */
export const prelu = vjpRule(
  ({ emit, cotangent: g, inputs: [x, slope] }) => [
    () => {
      const right = emit.positive(x);
      return emit.mul(g, emit.add(right, emit.mul(emit.sub(1, right), slope)));
    },
    () => emit.mul(g, emit.mul(x, emit.sub(1, emit.positive(x)))),
  ],
  { broadcasts: true },
);

/** y = x for x > 0, α·(eˣ − 1) below, where the derivative is y + α. */
export const elu = elementwise((x, y, context) => {
  const alpha = context.operator.attribute('alpha', 'float', 1);
  const { emit } = context;
  const right = emit.positive(x);
  return emit.add(right, emit.mul(emit.sub(1, right), emit.add(y, alpha)));
});

/** y = γ·x for x > 0, γ·α·(eˣ − 1) below, where the derivative is y + γ·α. */
export const selu = elementwise((x, y, context) => {
  const alpha = context.operator.attribute('alpha', 'float', 1.6732632423543772);
  const gamma = context.operator.attribute('gamma', 'float', 1.0507009873554805);
  const { emit } = context;
  const right = emit.positive(x);
  const left = emit.mul(emit.sub(1, right), emit.add(y, gamma * alpha));
  return emit.add(emit.mul(right, gamma), left);
});

/** y = max(x, 0) + min(0, α·(e^(x/α) − 1)), with derivative e^(min(x, 0)/α). */
export const celu = elementwise((x, _, context) => {
  const alpha = context.operator.attribute('alpha', 'float', 1);
  const { emit } = context;
  const negative = emit.node('Min', [x, emit.scalar(x.dtype, 0)]);
  return emit.unary('Exp', emit.div(negative, alpha));
});

/** y = 1/(1 + e^(−x)), with derivative y·(1 − y). */
export const sigmoid = elementwise((_, y, { emit }) => emit.mul(y, emit.oneMinusShare(y)));

/** y = max(0, min(1, α·x + β)): α where 0 < y < 1, else 0. */
export const hardSigmoid = elementwise((_, y, context) => {
  const alpha = context.operator.attribute('alpha', 'float', 0.2);
  const { emit } = context;
  return emit.mul(emit.positive(emit.mul(y, emit.sub(1, y))), alpha);
});

/** y = x·h with h = max(0, min(1, x/6 + 1/2)): the derivative is h + x·h′, with h′ = 1/6 for |x| ≤ 3. */
export const hardSwish = elementwise((x, _, { emit }) => {
  const inside = emit.nonNegative(emit.sub(3, emit.unary('Abs', x)));
  return emit.add(emit.hardSigmoid(x, 1 / 6, 0.5), emit.mul(emit.div(x, 6), inside));
});

/** y = ln(1 + eˣ). */
export const softplus = elementwise((x, _, { emit }) => emit.unary('Sigmoid', x));

/** y = x/(1 + |x|), with derivative 1/(1 + |x|)². */
export const softsign = vjpRule(({ emit, cotangent: g, inputs: [x] }) => [
  () => emit.div(g, emit.square(emit.add(emit.unary('Abs', x), 1))),
]);

/** y = x·tanh(softplus(x)). */
export const mish = elementwise((x, _, { emit }) => {
  const gate = emit.unary('Tanh', emit.unary('Softplus', x));
  const slope = emit.mul(emit.sub(1, emit.square(gate)), emit.unary('Sigmoid', x));
  return emit.add(gate, emit.mul(x, slope));
});

/** y = x·Φ(x), exactly or with the tanh approximation (Hendrycks & Gimpel 2016). */
export const gelu = elementwise((x, _, context) => {
  const { emit } = context;
  if (context.operator.attribute('approximate', 'string', 'none') === 'tanh') {
    // y = x·(1 + t)/2 with t = tanh(a·(x + b·x³))
    const [a, b] = [Math.sqrt(2 / Math.PI), 0.044715];
    const square = emit.square(x);
    const t = emit.unary('Tanh', emit.mul(emit.mul(x, a), emit.add(emit.mul(square, b), 1)));
    const inner = emit.mul(x, emit.add(emit.mul(square, 3 * a * b), a));
    const slope = emit.mul(emit.sub(1, emit.square(t)), inner);
    return emit.mul(emit.add(emit.add(t, 1), slope), 0.5);
  }
  const scaled = emit.unary('Erf', emit.mul(x, Math.SQRT1_2));
  const cumulative = emit.mul(emit.add(scaled, 1), 0.5);
  const bell = emit.unary('Exp', emit.mul(emit.square(x), -0.5));
  const density = emit.mul(bell, 1 / Math.sqrt(2 * Math.PI));
  return emit.add(cumulative, emit.mul(x, density));
});
