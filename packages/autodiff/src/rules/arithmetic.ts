import type { Value } from '@msanet/onnx';
import { isFloating, numbersOf } from '../constants.js';
import type { Emitter, Operand } from '../emitter.js';
import { vjpRule } from '../vjp-rule.js';

const broadcasts = { broadcasts: true };

/** z = a + b. */
export const add = vjpRule(({ cotangent: g }) => [() => g, () => g], broadcasts);

/** z = a − b. */
export const sub = vjpRule(({ emit, cotangent: g }) => [() => g, () => emit.neg(g)], broadcasts);

/** z = a·b. */
export const mul = vjpRule(
  ({ emit, cotangent: g, inputs: [a, b] }) => [() => emit.mul(g, b), () => emit.mul(g, a)],
  broadcasts,
);

/** z = a/b, so dz/db = −z/b. */
export const div = vjpRule(
  ({ emit, cotangent: g, inputs: [, b], outputs: [z] }) => [
    () => emit.div(g, b),
    () => emit.neg(emit.mul(g, emit.div(z, b))),
  ],
  broadcasts,
);

/** z = a − b·n with an integer n that is locally constant: dz/db = −n = −(a − z)/b. */
export const mod = vjpRule(
  ({ emit, cotangent: g, inputs: [a, b], outputs: [z] }) => [
    () => g,
    () => emit.neg(emit.mul(g, emit.div(emit.sub(a, z), b))),
  ],
  broadcasts,
);

/**
 * z = xᵖ. As in PyTorch the derivative in x is 0 where p = 0, and the one in p is 0 where x = 0 and p ≥ 0, although
 * the formulas have no value there.
 */
export const pow = vjpRule((context) => {
  const { emit, cotangent: g, inputs, outputs } = context;
  const [x, exponent] = inputs;
  const [z] = outputs;
  const base = (): Value => {
    const { constant } = exponent;
    if (constant !== undefined && constant.data.length === 1) {
      return emit.mul(g, slopeOfPower(emit, x, numbersOf(constant)[0]));
    }
    const p = emit.cast(exponent, x.dtype);
    const slope = emit.mul(p, emit.pow(x, emit.sub(p, 1)));
    return emit.mul(g, emit.where(emit.equal(p, 0), emit.scalar(x.dtype, 0), slope));
  };
  const power = (): Value => {
    const isZero = emit.equal(x, 0);
    const logarithm = emit.unary('Log', emit.where(isZero, emit.scalar(x.dtype, 1), x));
    return emit.mul(g, emit.mul(z, logarithm));
  };
  return [base, isFloating(exponent.dtype) ? power : undefined];
}, broadcasts);

/** The derivative of xᵖ for one known p. */
function slopeOfPower(emit: Emitter, x: Value, p: number): Operand {
  if (p === 0 || p === 1) return p;
  return emit.mul(p === 2 ? x : emit.pow(x, p - 1), p);
}

/** The sum of any number of operands. */
export const sum = vjpRule(({ cotangent: g, inputs }) => inputs.map(() => () => g), broadcasts);

/** The mean of any number of operands. */
export const mean = vjpRule(
  ({ emit, cotangent: g, inputs }) => inputs.map(() => () => emit.div(g, inputs.length)),
  broadcasts,
);

/** Max and Min of any number of operands: operands that tie share the cotangent equally, as in PyTorch's `maximum`. */
export const extremum = vjpRule((context) => {
  const { emit, cotangent: g, inputs, outputs } = context;
  const [z] = outputs;
  if (inputs.length === 1) return [() => g];
  let shared: { masks: Value[]; share: Value } | undefined;
  const ties = (): { masks: Value[]; share: Value } => {
    const masks = inputs.map((input) => emit.cast(emit.equal(input, z), z.dtype));
    return {
      masks,
      share: emit.div(
        g,
        masks.reduce((a, b) => emit.add(a, b)),
      ),
    };
  };
  return inputs.map((_, index) => () => {
    shared ??= ties();
    return emit.mul(shared.share, shared.masks[index]);
  });
}, broadcasts);

/** Elements below and above the bounds give their cotangent to the bound; an element on a bound keeps its own, as in PyTorch's `clamp`. */
export const clip = vjpRule((context) => {
  const { emit, cotangent: g, inputs, outputs } = context;
  const [x, low, high] = inputs;
  const [y] = outputs;
  const where = (condition: Value): Value => emit.mul(g, emit.cast(condition, g.dtype));
  return [
    () => where(emit.equal(x, y)),
    () => where(emit.node('Less', [x, low])),
    () => where(emit.node('Greater', [x, high])),
  ];
}, broadcasts);
