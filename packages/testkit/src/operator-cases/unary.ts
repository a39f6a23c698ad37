import { float, string, type Attributes } from '@msanet/onnx';
import {
  awayFrom,
  awayFromZero,
  booleans,
  exactly,
  integers,
  normal,
  positive,
  tied,
  uniform,
} from './operand.js';
import { operatorCase, type OperatorCase, type OperatorCaseOptions } from './operator-case.js';

const smooth = (operator: string, options: OperatorCaseOptions = {}) =>
  operatorCase(operator, 'smooth', [normal(2, 3, 5)], options);

const kinked = (operator: string, kinks: readonly number[], attributes: Attributes = {}) => {
  const detail = Object.entries(attributes).map(([key, { value }]) => `, ${key} ${String(value)}`);
  return operatorCase(operator, `away from its kinks${detail.join('')}`, [awayFrom(kinks, 3, 7)], {
    attributes,
  });
};

/** Exact kinks, signed zeros and magnitudes at which naive formulas overflow or cancel. */
const edges = (operator: string, values: readonly number[]) =>
  operatorCase(operator, 'kinks and extremes', [exactly(values)]);

/** Operators that map each element on its own. */
export const unaryCases: readonly OperatorCase[] = [
  ...['Erf', 'Exp', 'Sigmoid', 'Sin', 'Cos', 'Softplus', 'Tanh', 'Identity'].map((operator) =>
    smooth(operator),
  ),
  smooth('Gelu', { opset: 20 }),
  operatorCase('Gelu', 'tanh form', [normal(2, 9)], {
    opset: 20,
    attributes: { approximate: string('tanh') },
  }),
  smooth('Mish', { opset: 18 }),
  operatorCase('Neg', 'negates', [normal(3, 4)], { step: 1 }),
  operatorCase('Neg', 'int64', [integers('int64', -5, 5, 6)]),
  operatorCase('Log', 'positive', [positive(3, 4)]),
  operatorCase('Sqrt', 'positive', [positive(3, 4)]),
  operatorCase('Reciprocal', 'both signs', [awayFrom([-0.3, 0, 0.3], 3, 4)]),
  operatorCase('Abs', 'away from zero', [awayFromZero(3, 4)]),
  edges('Abs', [0, -0, -2, 3]),
  ...['Floor', 'Ceil', 'Sign'].map((operator) =>
    operatorCase(operator, 'integers and fractions', [tied(-3, 3, 7)]),
  ),
  ...['Floor', 'Ceil', 'Sign', 'Round'].map((operator) =>
    operatorCase(operator, 'fractions', [normal(3, 7)], { forwardOnly: true }),
  ),
  edges('Round', [0.5, 1.5, 2.5, -0.5, -1.5, -2.5, 3, -4]),

  kinked('Relu', [0]),
  edges('Relu', [0, -0, 1e-30, -1e-30, 5, -5]),
  kinked('LeakyRelu', [0]),
  kinked('LeakyRelu', [0], { alpha: float(0.3) }),
  edges('LeakyRelu', [0, -0, -3, 3]),
  kinked('Elu', [0]),
  kinked('Elu', [0], { alpha: float(0.5) }),
  edges('Elu', [0, -100, 100]),
  kinked('Selu', [0]),
  kinked('Selu', [0], { alpha: float(1.2), gamma: float(0.8) }),
  kinked('Celu', [0], { alpha: float(0.5) }),
  kinked('Celu', [0]),
  kinked('Softsign', [0]),
  kinked('HardSigmoid', [-2.5, 2.5]),
  kinked('HardSigmoid', [-4.5, 3.5], { alpha: float(0.125), beta: float(0.5625) }),
  operatorCase('HardSigmoid', 'step function of slope 3e38', [tied(0, 2, 24)], {
    attributes: { alpha: float(3e38), beta: float(0) },
  }),
  edges('HardSigmoid', [-2.5, 2.5, 0, -40, 40]),
  kinked('HardSwish', [-3, 3]),
  edges('HardSwish', [-3, 3, 0, -10, 10]),
  edges('Sigmoid', [0, 90, -90, 30, -30]),
  edges('Softplus', [0, 90, -90, 20, -20]),
  edges('Tanh', [0, 50, -50, 1e-6]),
  edges('Erf', [0, 4, -4, 10, -10, 1e-6]),
  edges('IsNaN', [NaN, 0, Infinity, -1]),
  operatorCase('Not', 'negates', [booleans(3, 5)]),
  operatorCase('Clip', 'both bounds', [
    awayFrom([-1.5, 2], 3, 7),
    exactly([-1.5], []),
    exactly([2], []),
  ]),
  operatorCase('Clip', 'lower bound alone', [awayFrom([0.5], 12), exactly([0.5], [])]),
  operatorCase('Clip', 'upper bound alone', [awayFrom([0.5], 12), undefined, exactly([0.5], [])]),
  operatorCase('Clip', 'no bound', [normal(6)], { step: 1 }),
  operatorCase('Clip', 'values on the bounds', [
    tied(-2, 2, 20),
    exactly([-1], []),
    exactly([1], []),
  ]),
  operatorCase('Clip', 'bounds that cross', [normal(6), exactly([1], []), exactly([-1], [])], {
    forwardOnly: true,
  }),
  operatorCase('PRelu', 'slope per channel', [awayFromZero(2, 3, 4), uniform(0.1, 0.5, 3, 1)]),
  operatorCase('PRelu', 'one slope', [awayFromZero(2, 3), normal(1)]),
  operatorCase('PRelu', 'slope per element', [awayFromZero(2, 3), normal(2, 3)]),
  operatorCase('PRelu', 'zeros', [tied(-1, 1, 3, 4), normal(4)], { forwardOnly: true }),
  operatorCase('Dropout', 'inference', [normal(3, 4)], { step: 1 }),
];
