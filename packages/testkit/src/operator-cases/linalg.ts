import { float, int, string, type Attributes } from '@msanet/onnx';
import { fixed, normal } from './operand.js';
import { operatorCase, type OperatorCase } from './operator-case.js';

const matMul = (detail: string, a: readonly number[], b: readonly number[]) =>
  operatorCase('MatMul', detail, [normal(...a), normal(...b)], { step: 1 });

const gemm = (
  detail: string,
  shapes: readonly (readonly number[])[],
  attributes: Attributes = {},
) =>
  operatorCase(
    'Gemm',
    detail,
    shapes.map((shape) => normal(...shape)),
    { attributes, step: 1 },
  );

const einsum = (equation: string, ...shapes: readonly (readonly number[])[]) =>
  operatorCase(
    'Einsum',
    equation,
    shapes.map((shape) => normal(...shape)),
    { attributes: { equation: string(equation) }, step: 1 },
  );

/** Products of matrices. */
export const linalgCases: readonly OperatorCase[] = [
  matMul('matrices', [3, 4], [4, 5]),
  matMul('equal stacks', [2, 3, 4], [2, 4, 5]),
  matMul('one matrix for a stack', [2, 3, 4], [4, 5]),
  matMul('a stack for one matrix', [3, 4], [2, 4, 5]),
  matMul('stacks that broadcast both ways', [2, 1, 3, 4], [5, 4, 2]),
  matMul('vector and matrix', [4], [4, 5]),
  matMul('matrix and vector', [3, 4], [4]),
  matMul('two vectors', [4], [4]),
  matMul('vector and stack', [4], [2, 4, 3]),
  matMul('stack and vector', [2, 3, 4], [4]),
  operatorCase('MatMul', 'constant weights', [normal(2, 3, 4), fixed(normal(4, 5))], { step: 1 }),
  operatorCase('MatMul', 'constant first operand', [fixed(normal(3, 4)), normal(4, 5)], {
    step: 1,
  }),

  gemm('no addend', [
    [3, 4],
    [4, 5],
  ]),
  gemm('row addend', [[3, 4], [4, 5], [5]]),
  gemm('column addend', [
    [3, 4],
    [4, 5],
    [3, 1],
  ]),
  gemm('scalar addend', [[3, 4], [4, 5], []]),
  gemm(
    'full addend, scaled',
    [
      [3, 4],
      [4, 5],
      [3, 5],
    ],
    { alpha: float(0.5), beta: float(2) },
  ),
  gemm('first transposed', [[4, 3], [4, 5], [5]], { transA: int(1) }),
  gemm('second transposed', [[3, 4], [5, 4], [5]], { transB: int(1) }),
  gemm(
    'both transposed, scaled',
    [
      [4, 3],
      [5, 4],
      [1, 5],
    ],
    {
      transA: int(1),
      transB: int(1),
      alpha: float(-0.25),
      beta: float(0.5),
    },
  ),
  operatorCase('Gemm', 'constant weights', [normal(2, 4), fixed(normal(5, 4)), fixed(normal(5))], {
    attributes: { transB: int(1) },
    step: 1,
  }),

  einsum('bij,bjk->bik', [2, 3, 4], [2, 4, 2]),
  einsum('bhid,bhjd->bhij', [1, 2, 3, 4], [1, 2, 5, 4]),
  einsum('ij->ji', [2, 3]),
  einsum('ij->i', [2, 3]),
  einsum('ij->', [2, 3]),
  einsum('i,j->ij', [3], [4]),
  einsum('i,i->', [5], [5]),
  einsum('ij,jk', [2, 3], [3, 4]),
  einsum('...ij,...jk->...ik', [2, 3, 4], [2, 4, 2]),
  einsum('bchw,c->bhw', [2, 3, 2, 2], [3]),
];
