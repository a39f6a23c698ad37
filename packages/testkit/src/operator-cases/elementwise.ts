import { int } from '@msanet/onnx';
import {
  awayFromZero,
  booleans,
  constant,
  distinct,
  fixed,
  integers,
  normal,
  number,
  positive,
  tied,
} from './operand.js';
import { operatorCase, type OperatorCase } from './operator-case.js';
import { float32, int64 } from '@msanet/tensor';

/** Ways in which two operands broadcast. */
const pairs = {
  'equal shapes': [
    [2, 3, 4],
    [2, 3, 4],
  ],
  'a row': [[2, 3, 4], [4]],
  'a column': [
    [2, 3, 4],
    [3, 1],
  ],
  'both ways': [
    [2, 1, 4],
    [3, 1],
  ],
  'a scalar': [[3, 4], []],
  'a longer second operand': [[3], [2, 1, 3]],
} as const;

const arithmetic = ['Add', 'Sub', 'Mul', 'Div'].flatMap((operator) =>
  Object.entries(pairs).map(([detail, [left, right]]) =>
    operatorCase(
      operator,
      `broadcasts ${detail}`,
      [normal(...left), operator === 'Div' ? positive(...right) : normal(...right)],
      operator === 'Div' ? {} : { step: 1 },
    ),
  ),
);

const integerArithmetic = [
  ...['Add', 'Sub', 'Mul'].map((operator) =>
    operatorCase(operator, 'int64', [integers('int64', -9, 9, 2, 3), integers('int64', -9, 9, 3)]),
  ),
  operatorCase('Div', 'int64 cuts towards zero', [
    integers('int64', -9, 9, 20),
    constant(int64([4])),
  ]),
  operatorCase('Div', 'int64 by a negative number', [
    integers('int64', -9, 9, 20),
    constant(int64([-4])),
  ]),
  operatorCase('Add', 'int32', [integers('int32', -9, 9, 4), integers('int32', -9, 9, 4)]),
];

const comparisons = ['Equal', 'Greater', 'GreaterOrEqual', 'Less', 'LessOrEqual'].flatMap(
  (operator) => [
    operatorCase(operator, 'ties, broadcast', [tied(-1, 1, 4, 1), tied(-1, 1, 3)]),
    operatorCase(operator, 'int64', [integers('int64', -1, 1, 12), integers('int64', -1, 1, 12)]),
  ],
);

const logic = ['And', 'Or', 'Xor'].map((operator) =>
  operatorCase(operator, 'broadcast', [booleans(4, 1), booleans(5)]),
);

const variadic = ['Sum', 'Mean', 'Min', 'Max'].flatMap((operator) => {
  const options = operator === 'Sum' || operator === 'Mean' ? { step: 1 } : {};
  return [
    operatorCase(operator, 'two operands', [normal(3, 4), normal(3, 4)], options),
    operatorCase(
      operator,
      'three operands, broadcast',
      [normal(3, 1), normal(4), normal()],
      options,
    ),
    operatorCase(operator, 'one operand', [normal(2, 3)], { step: 1 }),
    operatorCase(operator, 'an operand that is repeated', [normal(1, 3), distinct(4, 3)], options),
  ];
});

/** Elementwise operators of several operands. */
export const elementwiseCases: readonly OperatorCase[] = [
  ...arithmetic,
  ...integerArithmetic,
  ...comparisons,
  ...logic,
  ...variadic,
  operatorCase('Equal', 'bool', [booleans(6), booleans(6)]),
  operatorCase('Mul', 'by a constant', [normal(2, 3, 4), fixed(normal(3, 1))], { step: 1 }),
  operatorCase('Sub', 'from a constant', [fixed(normal(3, 1)), normal(2, 3, 4)], { step: 1 }),
  operatorCase('Div', 'divisors of both signs', [normal(3, 4), awayFromZero(3, 4)], {}),
  operatorCase('Min', 'ties', [tied(-1, 1, 4, 3), tied(-1, 1, 3)]),
  operatorCase('Max', 'ties', [tied(-1, 1, 4, 3), tied(-1, 1, 3)]),
  operatorCase('Max', 'int64', [integers('int64', -4, 4, 6), integers('int64', -4, 4, 6)]),
  operatorCase('Pow', 'positive base, both differentiable', [positive(3, 4), normal(4)]),
  operatorCase('Pow', 'squares', [normal(3, 4), number(2)]),
  operatorCase('Pow', 'cubes of negative numbers', [normal(3, 4), number(3)]),
  operatorCase('Pow', 'exponent one half', [positive(3, 4), number(0.5)]),
  operatorCase('Pow', 'negative exponent', [awayFromZero(5), number(-1)]),
  operatorCase('Pow', 'zero to the power of 0, 1 and 2', [
    constant(float32([0, 0, 0])),
    tied(0, 2, 3),
  ]),
  operatorCase('Mod', 'int64, sign of the divisor', [
    integers('int64', -9, 9, 20),
    constant(int64([4])),
  ]),
  operatorCase('Mod', 'int64, negative divisor', [
    integers('int64', -9, 9, 20),
    constant(int64([-4])),
  ]),
  operatorCase('Mod', 'float, sign of the dividend', [tied(-9, 9, 20), number(4)], {
    attributes: { fmod: int(1) },
  }),
  operatorCase(
    'Mod',
    'int64, sign of the dividend',
    [integers('int64', -9, 9, 20), constant(int64([4]))],
    { attributes: { fmod: int(1) } },
  ),
  operatorCase('Where', 'equal shapes', [booleans(3, 4), normal(3, 4), normal(3, 4)], { step: 1 }),
  operatorCase('Where', 'broadcasts three ways', [booleans(4, 1), normal(3), normal(2, 1, 3)], {
    step: 1,
  }),
  operatorCase('Where', 'a constant branch', [booleans(3, 4), normal(3, 4), number(0)], {
    step: 1,
  }),
  operatorCase('Where', 'int64', [
    booleans(5),
    integers('int64', 0, 9, 5),
    integers('int64', 0, 9, 5),
  ]),
];
