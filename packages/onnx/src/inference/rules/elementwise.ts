import { broadcastShapes, formatShape } from '@msanet/tensor';
import { elementwise, type Arithmetic } from '../evaluation/arithmetic.js';
import type { NodeContext } from '../node-context.js';
import type { InferredValue } from '../inferred-value.js';
import type { OperatorRule, RuleTable } from '../operator-rule.js';
import { floating, numeric, signedNumeric, type TypeClass } from '../type-class.js';

/** Shape of all operands broadcast together. */
function broadcastOperands(context: NodeContext, operands: readonly InferredValue[]): number[] {
  return operands.reduce<number[]>(
    (shape, operand) => broadcastShapes(shape, operand.shape, context.where),
    [],
  );
}

function unary(types: TypeClass, arithmetic: Arithmetic = {}, since?: number): OperatorRule {
  return {
    inputs: [1, 1],
    ...(since === undefined ? {} : { since }),
    infer: (context) => {
      const { dtype, shape } = context.operand(0, 'X', types);
      return [{ dtype, shape }];
    },
    evaluate: elementwise(arithmetic),
  };
}

function binary(types: TypeClass, arithmetic: Arithmetic): OperatorRule {
  return {
    inputs: [2, 2],
    infer: (context) => {
      const a = context.operand(0, 'A', types);
      const b = context.operand(1, 'B', types);
      context.expectSameType(a, b, 'operands');
      return [{ dtype: a.dtype, shape: broadcastShapes(a.shape, b.shape, context.where) }];
    },
    evaluate: elementwise(arithmetic),
  };
}

function variadic(types: TypeClass, arithmetic: Arithmetic): OperatorRule {
  return {
    inputs: [1, Infinity],
    infer: (context) => {
      const operands = context.inputs.map((_, index) =>
        context.operand(index, `data_${index}`, types),
      );
      for (const operand of operands) context.expectSameType(operands[0], operand, 'operands');
      return [{ dtype: operands[0].dtype, shape: broadcastOperands(context, operands) }];
    },
    evaluate: elementwise(arithmetic),
  };
}

/** The rounding of Round: halves go to the even neighbour. */
function roundHalfEven(x: number): number {
  const floor = Math.floor(x);
  if (x - floor !== 0.5) return Math.round(x);
  return floor % 2 === 0 ? floor : floor + 1;
}

const smallest = (...values: bigint[]): bigint => values.reduce((a, b) => (b < a ? b : a));
const largest = (...values: bigint[]): bigint => values.reduce((a, b) => (b > a ? b : a));

const clip: OperatorRule = {
  inputs: [1, 3],
  infer: (context) => {
    const x = context.operand(0, 'input', numeric);
    for (const [index, name] of [
      [1, 'min'],
      [2, 'max'],
    ] as const) {
      const bound = context.optional(index, name, numeric);
      if (bound === undefined) continue;
      context.expectSameType(x, bound, `operands input and ${name}`);
      if (bound.shape.length > 0 && !(bound.shape.length === 1 && bound.shape[0] === 1)) {
        throw context.mismatch(`a scalar operand ${name}`, formatShape(bound.shape));
      }
    }
    return [{ dtype: x.dtype, shape: x.shape }];
  },
};

const prelu: OperatorRule = {
  inputs: [2, 2],
  infer: (context) => {
    const x = context.operand(0, 'X', numeric);
    const slope = context.operand(1, 'slope', numeric);
    context.expectSameType(x, slope, 'operands X and slope');
    const shape = broadcastShapes(x.shape, slope.shape, context.where);
    context.expectShape(x, shape, 'X, to which slope broadcasts,');
    return [{ dtype: x.dtype, shape: x.shape }];
  },
};

const power = elementwise({
  real: Math.pow,
  // An exponent beyond 64 overflows for every base but 0, 1 and −1, and could take all memory.
  integer: (base, exponent) => (exponent < 0n || exponent > 64n ? undefined : base ** exponent),
});

const pow: OperatorRule = {
  inputs: [2, 2],
  infer: (context) => {
    const base = context.operand(0, 'X', numeric);
    const exponent = context.operand(1, 'Y', numeric);
    const shape = broadcastShapes(base.shape, exponent.shape, context.where);
    return [{ dtype: base.dtype, shape }];
  },
  evaluate: (context, outputs) =>
    context.inputs[0]?.dtype === context.inputs[1]?.dtype ? power(context, outputs) : [],
};

const mod: OperatorRule = {
  ...binary(numeric, {}),
  evaluate: (context, outputs) => {
    const truncated = context.attribute('fmod', 'int', 0) !== 0;
    const arithmetic: Arithmetic = truncated
      ? { real: (a, b) => a % b, integer: (a, b) => (b === 0n ? undefined : a % b) }
      : { integer: (a, b) => (b === 0n ? undefined : ((a % b) + b) % b) };
    return elementwise(arithmetic)(context, outputs);
  },
};

/** Operators that act on each element alone, and those that combine broadcast operands element by element. */
export const elementwiseRules: RuleTable = {
  Relu: unary(signedNumeric, {
    real: (x) => Math.max(x, 0),
    integer: (x) => (x < 0n ? 0n : x),
  }),
  LeakyRelu: unary(floating),
  PRelu: prelu,
  Elu: unary(floating),
  Selu: unary(floating),
  Celu: unary(floating),
  Sigmoid: unary(floating, { real: (x) => 1 / (1 + Math.exp(-x)) }),
  HardSigmoid: unary(floating),
  HardSwish: unary(floating, {}, 14),
  Tanh: unary(floating, { real: Math.tanh }),
  Softplus: unary(floating),
  Softsign: unary(floating),
  Erf: unary(numeric),
  Gelu: unary(floating, {}, 20),
  Mish: unary(floating, {}, 18),
  Clip: clip,
  Exp: unary(floating, { real: Math.exp }),
  Log: unary(floating, { real: Math.log }),
  Sqrt: unary(floating, { real: Math.sqrt }),
  Reciprocal: unary(floating, { real: (x) => 1 / x }),
  Abs: unary(numeric, { real: Math.abs, integer: (x) => (x < 0n ? -x : x) }),
  Neg: unary(signedNumeric, { real: (x) => -x, integer: (x) => -x }),
  Sign: unary(numeric, {
    real: Math.sign,
    integer: (x) => (x > 0n ? 1n : x < 0n ? -1n : 0n),
  }),
  Floor: unary(floating, { real: Math.floor }),
  Ceil: unary(floating, { real: Math.ceil }),
  Round: unary(floating, { real: roundHalfEven }),
  Sin: unary(floating, { real: Math.sin }),
  Cos: unary(floating, { real: Math.cos }),
  Add: binary(numeric, { real: (a, b) => a + b, integer: (a, b) => a + b }),
  Sub: binary(numeric, { real: (a, b) => a - b, integer: (a, b) => a - b }),
  Mul: binary(numeric, { real: (a, b) => a * b, integer: (a, b) => a * b }),
  Div: binary(numeric, {
    real: (a, b) => a / b,
    integer: (a, b) => (b === 0n ? undefined : a / b),
  }),
  Mod: mod,
  Pow: pow,
  Min: variadic(numeric, { real: Math.min, integer: smallest }),
  Max: variadic(numeric, { real: Math.max, integer: largest }),
  Sum: variadic(floating, { real: (...values) => values.reduce((a, b) => a + b) }),
  Mean: variadic(floating, {
    real: (...values) => values.reduce((a, b) => a + b) / values.length,
  }),
};
