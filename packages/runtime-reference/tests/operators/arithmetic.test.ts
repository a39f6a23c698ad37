import { float as floatAttribute, int } from '@msanet/onnx';
import type { Tensor } from '@msanet/tensor';
import { describe, expect, it } from 'vitest';
import { bool, float, integer, nested, runNode, type Nested } from '../run-node.js';

async function result(
  operator: string,
  inputs: readonly (Tensor | undefined)[],
  attributes = {},
): Promise<Nested> {
  return nested((await runNode({ operator, inputs, attributes }))[0]);
}

describe('integer arithmetic', () => {
  it('divides towards zero', async () => {
    const quotient = await result('Div', [integer([7, -7, 7, -7]), integer([2, 2, -2, -2])]);
    expect(quotient).toEqual([3, -3, -3, 3]);
  });

  it('takes the sign of the remainder from the divisor, or with fmod from the dividend', async () => {
    const operands = [integer([-4, 7, 5, 4, -7, 8]), integer([2, -3, 8, -2, 3, 5])];
    // The example of the ONNX specification of Mod.
    expect(await result('Mod', operands)).toEqual([0, -2, 5, 0, 2, 3]);
    expect(await result('Mod', operands, { fmod: int(1) })).toEqual([0, 1, 5, 0, -1, 3]);
  });

  it('wraps around in 8 bits', async () => {
    const bytes = (...values: number[]): Tensor => ({
      dtype: 'uint8',
      shape: [values.length],
      data: Uint8Array.from(values),
    });
    expect(await result('Add', [bytes(200, 255), bytes(100, 1)])).toEqual([44, 0]);
    expect(await result('Sub', [bytes(1), bytes(2)])).toEqual([255]);
  });

  it('raises integers to floating-point powers and keeps the type of the base', async () => {
    const [power] = await runNode({
      operator: 'Pow',
      inputs: [integer([1, 2, 3]), float([4, 5, 6])],
    });
    expect(power.dtype).toBe('int64');
    expect(nested(power)).toEqual([1, 32, 729]);
  });
});

describe('floating-point remainder', () => {
  it('has the sign of the dividend', async () => {
    const operands = [float([-4.3, 7.2, 5.0, 4.3, -7.2, 8.0]), float([2.1, -3.4, 8, -2.1, 3.4, 5])];
    const rest = (await result('Mod', operands, { fmod: int(1) })) as number[];
    [-0.1, 0.4, 5, 0.1, -0.4, 3].forEach((x, i) => expect(rest[i]).toBeCloseTo(x, 12));
  });

  it('is refused without fmod, as the specification asks', async () => {
    const call = runNode({ operator: 'Mod', inputs: [float([1]), float([2])] });
    await expect(call).rejects.toMatchObject({ code: 'GRAPH_INVALID' });
  });
});

describe('broadcasting', () => {
  it('follows NumPy', async () => {
    const sum = await result('Add', [float([[1], [2]]), float([10, 20, 30])]);
    expect(sum).toEqual([
      [11, 21, 31],
      [12, 22, 32],
    ]);
  });

  it('refuses shapes that do not fit', async () => {
    const call = runNode({ operator: 'Add', inputs: [float([1, 2]), float([1, 2, 3])] });
    await expect(call).rejects.toMatchObject({ code: 'SHAPE_MISMATCH' });
  });

  it('refuses element types that differ', async () => {
    const call = runNode({ operator: 'Add', inputs: [float([1, 2]), integer([1, 2])] });
    await expect(call).rejects.toMatchObject({ code: 'DTYPE_MISMATCH' });
  });

  it('selects by a condition of another shape', async () => {
    const chosen = await result('Where', [bool([[1], [0]]), float([1, 2]), float([7])]);
    expect(chosen).toEqual([
      [1, 2],
      [7, 7],
    ]);
  });

  it('folds any number of operands', async () => {
    const operands = [float([3, 0, 2]), float([1, 3, 4]), float([2, 6, 6])];
    expect(await result('Sum', operands)).toEqual([6, 9, 12]);
    expect(await result('Mean', operands)).toEqual([2, 3, 4]);
    expect(await result('Max', operands)).toEqual([3, 6, 6]);
    expect(await result('Min', operands)).toEqual([1, 0, 2]);
  });
});

describe('HardSigmoid as a step function', () => {
  const step = { alpha: floatAttribute(3e38), beta: floatAttribute(0) };

  it('is 1 above zero, 0 at and below it, and never NaN', async () => {
    const x = float([0, -0, 1e-30, 5, -1e-30, -5, Infinity, -Infinity, 1e300]);
    expect(await result('HardSigmoid', [x], step)).toEqual([0, 0, 1, 1, 0, 0, 1, 0, 1]);
  });
});

describe('Clip', () => {
  it('takes the upper bound where the bounds cross', async () => {
    expect(await result('Clip', [float([-2, 0, 2]), float(1), float(-1)])).toEqual([-1, -1, -1]);
  });

  it('leaves out a bound that is not given', async () => {
    expect(await result('Clip', [float([-9, 9]), undefined, float(1)])).toEqual([-9, 1]);
    expect(await result('Clip', [float([-9, 9]), float(1)])).toEqual([1, 9]);
    expect(await result('Clip', [float([-9, 9])])).toEqual([-9, 9]);
  });
});

describe('logic', () => {
  it('follows its truth tables', async () => {
    const operands = [bool([0, 0, 1, 1]), bool([0, 1, 0, 1])];
    expect(await result('And', operands)).toEqual([0, 0, 0, 1]);
    expect(await result('Or', operands)).toEqual([0, 1, 1, 1]);
    expect(await result('Xor', operands)).toEqual([0, 1, 1, 0]);
    expect(await result('Not', operands.slice(0, 1))).toEqual([1, 1, 0, 0]);
  });

  it('compares', async () => {
    const operands = [float([1, 2, 3]), float([2, 2, 2])];
    expect(await result('Less', operands)).toEqual([1, 0, 0]);
    expect(await result('LessOrEqual', operands)).toEqual([1, 1, 0]);
    expect(await result('Equal', operands)).toEqual([0, 1, 0]);
    expect(await result('GreaterOrEqual', operands)).toEqual([0, 1, 1]);
    expect(await result('Greater', operands)).toEqual([0, 0, 1]);
  });

  it('finds NaN', async () => {
    expect(await result('IsNaN', [float([NaN, 1, Infinity])])).toEqual([1, 0, 0]);
  });
});
