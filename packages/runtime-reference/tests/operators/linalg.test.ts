import { string } from '@msanet/onnx';
import { describe, expect, it } from 'vitest';
import { counting, float, integer, nested, runNode } from '../run-node.js';

describe('MatMul', () => {
  it('multiplies integers', async () => {
    const [y] = await runNode({
      operator: 'MatMul',
      inputs: [
        integer([
          [1, 2],
          [3, 4],
        ]),
        integer([
          [5, 6],
          [7, 8],
        ]),
      ],
    });
    expect([y.dtype, nested(y)]).toEqual([
      'int64',
      [
        [19, 22],
        [43, 50],
      ],
    ]);
  });

  it('gives a scalar for two vectors', async () => {
    const [y] = await runNode({ operator: 'MatMul', inputs: [float([1, 2, 3]), float([4, 5, 6])] });
    expect([y.shape, nested(y)]).toEqual([[], 32]);
  });

  it('gives zeros where nothing is summed', async () => {
    const [y] = await runNode({ operator: 'MatMul', inputs: [counting([2, 0]), counting([0, 1])] });
    expect(nested(y)).toEqual([[0], [0]]);
  });

  it.each([
    [
      [2, 3],
      [2, 3],
    ],
    [
      [2, 2, 3],
      [3, 3, 2],
    ],
    [[], [2]],
  ])('refuses %j times %j', async (a, b) => {
    const call = runNode({ operator: 'MatMul', inputs: [counting(a), counting(b)] });
    await expect(call).rejects.toMatchObject({ code: 'SHAPE_MISMATCH' });
  });
});

describe('Gemm', () => {
  it.each([
    [
      [2, 3],
      [2, 3],
    ],
    [[2], [2, 3]],
  ])('refuses %j times %j', async (a, b) => {
    const call = runNode({ operator: 'Gemm', inputs: [counting(a), counting(b)] });
    await expect(call).rejects.toMatchObject({ code: 'SHAPE_MISMATCH' });
  });
});

describe('Einsum', () => {
  const einsum = (equation: string, ...inputs: ReturnType<typeof float>[]) =>
    runNode({ operator: 'Einsum', inputs, attributes: { equation: string(equation) } });

  it('takes traces and diagonals', async () => {
    const x = float([
      [1, 2],
      [3, 4],
    ]);
    expect(nested((await einsum('ii', x))[0])).toBe(5);
    expect(nested((await einsum('ii->i', x))[0])).toEqual([1, 4]);
  });

  it('sorts the labels of an implicit result', async () => {
    const [y] = await einsum('ba', counting([2, 3]));
    expect(y.shape).toEqual([3, 2]);
  });

  it('aligns the axes of an ellipsis at the back', async () => {
    const [y] = await einsum('...i,...i->...', counting([2, 3, 4]), counting([3, 4]));
    const [rows] = nested(y) as number[][];
    // Row r of the first block and of the second operand both hold 4r … 4r + 3.
    expect(rows).toEqual([14, 126, 366]);
  });

  it('refuses lengths and counts that do not fit', async () => {
    await expect(einsum('ij,jk->ik', counting([2, 3]), counting([2, 3]))).rejects.toMatchObject({
      code: 'SHAPE_MISMATCH',
    });
    await expect(einsum('ij->i', counting([2, 3, 4]))).rejects.toMatchObject({
      code: 'SHAPE_MISMATCH',
    });
    await expect(einsum('i,i->i', counting([2]))).rejects.toMatchObject({ code: 'GRAPH_INVALID' });
  });
});
