import type { OperatorCall, OperatorKernel } from '../operator-call.js';
import { ndarray } from '../ndarray.js';
import { erf } from './erf.js';

/** An operator that maps each element on its own and keeps the element type. */
function unary(map: (x: number) => number): OperatorKernel {
  return (call) => {
    const { shape, data, dtype } = call.input(0);
    return ndarray(shape, data.map(map), dtype);
  };
}

/** As `unary`, with constants taken from the attributes. */
function withAttributes(make: (call: OperatorCall) => (x: number) => number): OperatorKernel {
  return (call) => unary(make(call))(call);
}

/** A test of each element. */
function predicate(test: (x: number) => boolean): OperatorKernel {
  return (call) => {
    const { shape, data } = call.input(0);
    return ndarray(
      shape,
      data.map((x) => (test(x) ? 1 : 0)),
      'bool',
    );
  };
}

function sigmoid(x: number): number {
  if (x >= 0) return 1 / (1 + Math.exp(-x));
  const power = Math.exp(x);
  return power / (1 + power);
}

/** log(1 + eˣ), without overflow and without loss for very negative x. */
function softplus(x: number): number {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
}

/** The nearest integer; of two equally near ones the even one. */
export function roundHalfToEven(x: number): number {
  const floor = Math.floor(x);
  if (x - floor !== 0.5) return Math.round(x);
  return floor % 2 === 0 ? floor : floor + 1;
}

function clamp(x: number, low: number, high: number): number {
  return Math.min(Math.max(x, low), high);
}

function geluTanh(x: number): number {
  return 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)));
}

const seluAlpha = 1.6732632423543772;
const seluGamma = 1.0507009873554805;

/** Operators that map each element on its own. */
export const unaryOperators: Readonly<Record<string, OperatorKernel>> = {
  Abs: unary(Math.abs),
  Ceil: unary(Math.ceil),
  Cos: unary(Math.cos),
  Erf: unary(erf),
  Exp: unary(Math.exp),
  Floor: unary(Math.floor),
  Log: unary(Math.log),
  Neg: unary((x) => -x),
  Reciprocal: unary((x) => 1 / x),
  Round: unary(roundHalfToEven),
  Sign: unary(Math.sign),
  Sin: unary(Math.sin),
  Sqrt: unary(Math.sqrt),
  Tanh: unary(Math.tanh),
  Not: predicate((x) => x === 0),
  IsNaN: predicate(Number.isNaN),

  Relu: unary((x) => (x < 0 ? 0 : x)),
  Sigmoid: unary(sigmoid),
  Softplus: unary(softplus),
  Softsign: unary((x) => x / (1 + Math.abs(x))),
  HardSwish: unary((x) => x * clamp(x / 6 + 0.5, 0, 1)),
  Mish: unary((x) => x * Math.tanh(softplus(x))),
  Gelu: withAttributes((call) =>
    call.string('approximate', 'none') === 'tanh'
      ? geluTanh
      : (x) => 0.5 * x * (1 + erf(x * Math.SQRT1_2)),
  ),
  LeakyRelu: withAttributes((call) => {
    const alpha = call.float('alpha', 0.01);
    return (x) => (x < 0 ? alpha * x : x);
  }),
  Elu: withAttributes((call) => {
    const alpha = call.float('alpha', 1);
    return (x) => (x < 0 ? alpha * Math.expm1(x) : x);
  }),
  Selu: withAttributes((call) => {
    const alpha = call.float('alpha', seluAlpha);
    const gamma = call.float('gamma', seluGamma);
    return (x) => gamma * (x > 0 ? x : alpha * Math.expm1(x));
  }),
  Celu: withAttributes((call) => {
    const alpha = call.float('alpha', 1);
    return (x) => Math.max(0, x) + Math.min(0, alpha * Math.expm1(x / alpha));
  }),
  HardSigmoid: withAttributes((call) => {
    // Slopes such as 3e38 make this a step function; α·x may overflow to ±∞ but is never NaN.
    const alpha = call.float('alpha', 0.2);
    const beta = call.float('beta', 0.5);
    return (x) => clamp(alpha * x + beta, 0, 1);
  }),
};
