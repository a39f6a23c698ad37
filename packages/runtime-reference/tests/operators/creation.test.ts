import { elementTypeCode, float as floatAttribute, int, ints, tensorAttribute } from '@msanet/onnx';
import { float32, int64, type DataType } from '@msanet/tensor';
import { describe, expect, it } from 'vitest';
import { counting, float, integer, nested, runNode } from '../run-node.js';

describe('constants', () => {
  it('come in any numeric attribute', async () => {
    const run = async (attributes: Parameters<typeof runNode>[0]['attributes']) => {
      const [y] = await runNode({ operator: 'Constant', inputs: [], attributes: attributes ?? {} });
      return [y.dtype, nested(y)];
    };
    expect(await run({ value: tensorAttribute(float32([1, 2])) })).toEqual(['float64', [1, 2]]);
    expect(await run({ value_float: floatAttribute(2.5) })).toEqual(['float64', 2.5]);
    expect(await run({ value_int: int(7) })).toEqual(['int64', 7]);
    expect(await run({ value_ints: ints([7, 8]) })).toEqual(['int64', [7, 8]]);
  });

  it('fill a shape', async () => {
    const [zeros] = await runNode({ operator: 'ConstantOfShape', inputs: [integer([2, 1])] });
    expect([zeros.dtype, nested(zeros)]).toEqual(['float64', [[0], [0]]]);
    const [sevens] = await runNode({
      operator: 'ConstantOfShape',
      inputs: [integer([2])],
      attributes: { value: tensorAttribute(int64([7])) },
    });
    expect([sevens.dtype, nested(sevens)]).toEqual(['int64', [7, 7]]);
    const [scalar] = await runNode({ operator: 'ConstantOfShape', inputs: [int64([], [0])] });
    expect(scalar.shape).toEqual([]);
  });
});

describe('shapes', () => {
  it.each([
    [{}, [2, 3, 4]],
    [{ start: int(1) }, [3, 4]],
    [{ end: int(-1) }, [2, 3]],
    [{ start: int(-2), end: int(9) }, [3, 4]],
  ])('Shape with %j', async (attributes, expected) => {
    const [y] = await runNode({ operator: 'Shape', inputs: [counting([2, 3, 4])], attributes });
    expect([y.dtype, nested(y)]).toEqual(['int64', expected]);
  });

  it('Size counts the elements', async () => {
    const [y] = await runNode({ operator: 'Size', inputs: [counting([2, 3, 4])] });
    expect([y.dtype, y.shape, nested(y)]).toEqual(['int64', [], 24]);
  });
});

describe('Range, by the examples of the ONNX specification', () => {
  it.each([
    [1, 5, 2, [1, 3]],
    [10, 6, -3, [10, 7]],
    [3, 3, 1, []],
  ])('from %i to %i by %i', async (start, limit, delta, expected) => {
    const [y] = await runNode({
      operator: 'Range',
      inputs: [integer(start), integer(limit), integer(delta)],
    });
    expect([y.dtype, nested(y)]).toEqual(['int64', expected]);
  });
});

it('EyeLike takes a diagonal and an element type', async () => {
  const [y] = await runNode({
    operator: 'EyeLike',
    inputs: [counting([2, 3])],
    attributes: { k: int(1), dtype: int(elementTypeCode('int64')) },
  });
  expect([y.dtype, nested(y)]).toEqual([
    'int64',
    [
      [0, 1, 0],
      [0, 0, 1],
    ],
  ]);
});

describe('Cast', () => {
  const cast = async (x: ReturnType<typeof float>, to: DataType) => {
    const [y] = await runNode({
      operator: 'Cast',
      inputs: [x],
      attributes: { to: int(elementTypeCode(to)) },
    });
    return [y.dtype, nested(y)];
  };

  it('cuts towards zero', async () => {
    expect(await cast(float([1.9, -1.9, 0.4]), 'int32')).toEqual(['int32', [1, -1, 0]]);
  });

  it('makes truth values of everything but zero', async () => {
    expect(await cast(float([0, -0, 0.2, -7]), 'bool')).toEqual(['bool', [0, 0, 1, 1]]);
  });

  it('keeps double precision for every floating-point type', async () => {
    expect(await cast(float([0.1]), 'float32')).toEqual(['float64', [0.1]]);
    expect(await cast(integer([3]), 'float16')).toEqual(['float64', [3]]);
  });

  it('wraps around into small integers', async () => {
    expect(await cast(integer([257, -1]), 'uint8')).toEqual(['uint8', [1, 255]]);
  });

  it('takes the type of another value in CastLike', async () => {
    const [y] = await runNode({ operator: 'CastLike', inputs: [float([2.5]), integer([0])] });
    expect([y.dtype, nested(y)]).toEqual(['int64', [2]]);
  });

  it('refuses strings', async () => {
    const call = runNode({ operator: 'Cast', inputs: [float([1])], attributes: { to: int(8) } });
    await expect(call).rejects.toMatchObject({ code: 'OPERATOR_UNSUPPORTED' });
  });
});

describe('quantisation, by the examples of the ONNX specification', () => {
  const zeroPoint = { dtype: 'uint8', shape: [], data: Uint8Array.of(128) } as const;

  it('rounds and saturates', async () => {
    const [y] = await runNode({
      operator: 'QuantizeLinear',
      inputs: [float([0, 2, 3, 1000, -254, -1000]), float(2), zeroPoint],
    });
    // 3 / 2 is a half, which goes to the even 2.
    expect([y.dtype, nested(y)]).toEqual(['uint8', [128, 129, 130, 255, 1, 0]]);
  });

  it('goes back', async () => {
    const x = { dtype: 'uint8', shape: [4], data: Uint8Array.of(0, 3, 128, 255) } as const;
    const [y] = await runNode({ operator: 'DequantizeLinear', inputs: [x, float(2), zeroPoint] });
    expect(nested(y)).toEqual([-256, -250, 0, 254]);
  });

  it('takes one scale per channel', async () => {
    const [y] = await runNode({
      operator: 'DequantizeLinear',
      inputs: [
        { dtype: 'uint8', shape: [1, 2, 2], data: Uint8Array.of(3, 89, 34, 200) },
        float([2, 4]),
        { dtype: 'uint8', shape: [2], data: Uint8Array.of(84, 24) },
      ],
      attributes: { axis: int(1) },
    });
    expect(nested(y)).toEqual([
      [
        [-162, 10],
        [40, 704],
      ],
    ]);
  });

  it('refuses scales per block', async () => {
    const call = runNode({
      operator: 'QuantizeLinear',
      inputs: [counting([4]), float([1, 1])],
      attributes: { axis: int(0), block_size: int(2) },
      opset: 21,
    });
    await expect(call).rejects.toMatchObject({ code: 'OPERATOR_UNSUPPORTED' });
  });
});
