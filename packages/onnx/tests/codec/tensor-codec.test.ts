import { describe, expect, it } from 'vitest';
import { float16ToFloat32, type DataType, type Tensor } from '@msanet/tensor';
import { decodeModel } from '../../src/index.js';
import { bytesOf, message, modelWith, varints, type HandMadeField } from './hand-made.js';

/** The initializer of a hand-made model. */
function decoded(...fields: readonly HandMadeField[]): Tensor | undefined {
  return decodeModel(modelWith(...fields)).graph.initializers.get('w');
}

// Field numbers and type codes as onnx.proto has them: dims 1, data_type 2, float_data 4, int32_data 5, int64_data 7,
// raw_data 9, double_data 10, uint64_data 11.
const encodings: readonly (readonly [
  string,
  DataType,
  number,
  HandMadeField,
  ArrayLike<unknown>,
])[] = [
  ['float_data', 'float32', 1, [4, bytesOf(Float32Array.of(1.5, -2))], [1.5, -2]],
  ['raw float32', 'float32', 1, [9, bytesOf(Float32Array.of(1.5, -2))], [1.5, -2]],
  ['uint8 in int32_data', 'uint8', 2, [5, varints(0, 255)], [0, 255]],
  ['int8 in int32_data', 'int8', 3, [5, varints(-128, 127)], [-128, 127]],
  ['uint16 in int32_data', 'uint16', 4, [5, varints(0, 65_535)], [0, 65_535]],
  ['int16 in int32_data', 'int16', 5, [5, varints(-2, 3)], [-2, 3]],
  ['int32_data', 'int32', 6, [5, varints(-(2 ** 31), 2 ** 31 - 1)], [-(2 ** 31), 2 ** 31 - 1]],
  ['int64_data', 'int64', 7, [7, varints(-(2n ** 63n), 5)], [-(2n ** 63n), 5n]],
  ['raw int64', 'int64', 7, [9, bytesOf(BigInt64Array.of(-1n, 7n))], [-1n, 7n]],
  ['bool in int32_data', 'bool', 9, [5, varints(0, 7)], [0, 1]],
  ['raw bool', 'bool', 9, [9, Uint8Array.of(2, 0)], [1, 0]],
  ['float16 in int32_data', 'float16', 10, [5, varints(0x3c00, 0xc000)], [0x3c00, 0xc000]],
  ['raw float16', 'float16', 10, [9, Uint8Array.of(0, 0x3c, 0, 0xc0)], [0x3c00, 0xc000]],
  ['double_data', 'float64', 11, [10, bytesOf(Float64Array.of(0.1, 1e300))], [0.1, 1e300]],
  ['uint32 in uint64_data', 'uint32', 12, [11, varints(0, 2 ** 32 - 1)], [0, 2 ** 32 - 1]],
  ['uint64_data', 'uint64', 13, [11, varints(-1n, 1n)], [2n ** 64n - 1n, 1n]],
  ['bfloat16 in int32_data', 'bfloat16', 16, [5, varints(0x3f80, 0xc000)], [0x3f80, 0xc000]],
  ['raw bfloat16', 'bfloat16', 16, [9, Uint8Array.of(0x80, 0x3f, 0, 0xc0)], [0x3f80, 0xc000]],
];

describe('tensors', () => {
  it.each(encodings)('are read from %s', (_, dtype, code, field, values) => {
    const tensor = decoded([1, 2], [2, code], field);
    expect(tensor?.dtype).toBe(dtype);
    expect(tensor?.shape).toEqual([2]);
    expect(Array.from<unknown>(tensor?.data ?? [])).toEqual(Array.from(values));
  });

  it('hold half precision as its bits', () => {
    const tensor = decoded([1, 2], [2, 10], [5, varints(0x3c00, 0xc000)]);
    expect(Array.from(float16ToFloat32(tensor?.data as Uint16Array))).toEqual([1, -2]);
  });

  it('are read from numbers that are not packed, and from several packed runs', () => {
    expect(decoded([1, 2], [1, 1], [2, 7], [7, 3], [7, 4])).toMatchObject({
      shape: [2, 1],
      data: BigInt64Array.of(3n, 4n),
    });
    expect(decoded([1, varints(3, 1)], [2, 7], [7, varints(3)], [7, varints(4, 5)])).toMatchObject({
      shape: [3, 1],
      data: BigInt64Array.of(3n, 4n, 5n),
    });
  });

  it('may be scalars and may be empty', () => {
    expect(decoded([2, 6], [5, 9])).toMatchObject({ shape: [], data: Int32Array.of(9) });
    expect(decoded([1, 0], [1, 5], [2, 1])).toMatchObject({
      shape: [0, 5],
      data: new Float32Array(),
    });
  });

  it('use the bytes of the file in place where they are aligned', () => {
    const raw = new Uint8Array(64);
    const plain = modelWith([1, 16], [2, 1], [9, raw]);
    let inPlace = 0;
    for (let shift = 0; shift < 4; shift++) {
      const file = new Uint8Array(plain.length + shift).subarray(shift);
      file.set(plain);
      const data = decodeModel(file).graph.initializers.get('w')?.data;
      expect(data).toEqual(new Float32Array(16));
      if (data?.buffer === file.buffer) inPlace++;
    }
    expect(inPlace).toBe(1);
  });

  it('in a Node Buffer are copied, not seen at a wrong offset, where they are not aligned', () => {
    for (let shift = 0; shift < 4; shift++) {
      const plain = modelWith([1, 2], [2, 1], [9, bytesOf(Float32Array.of(3, 4))]);
      const file = Buffer.concat([Buffer.alloc(shift), plain]).subarray(shift);
      const data = decodeModel(file).graph.initializers.get('w')?.data;
      expect(data).toEqual(Float32Array.of(3, 4));
    }
  });

  const huge = 2n ** 62n;
  const lies: readonly (readonly [string, readonly HandMadeField[]])[] = [
    [
      'more elements than bytes',
      [
        [1, 3],
        [2, 1],
        [9, new Uint8Array(8)],
      ],
    ],
    [
      'more bytes than elements',
      [
        [1, 1],
        [2, 1],
        [9, new Uint8Array(8)],
      ],
    ],
    [
      'no data at all',
      [
        [1, 1_000_000_000],
        [2, 1],
      ],
    ],
    [
      'the wrong list',
      [
        [1, 1],
        [2, 1],
        [5, 3],
      ],
    ],
    [
      'a negative length',
      [
        [1, -1],
        [2, 1],
      ],
    ],
    [
      'lengths beyond counting',
      [
        [1, huge],
        [1, huge],
        [2, 1],
      ],
    ],
    [
      'lengths whose product wraps around to the size',
      [
        [1, 2n ** 32n],
        [1, 2n ** 32n],
        [2, 1],
      ],
    ],
    [
      'a list that ends within a number',
      [
        [1, 1],
        [2, 11],
        [10, new Uint8Array(9)],
      ],
    ],
    [
      'external data without a location',
      [
        [1, 1],
        [2, 1],
        [14, 1],
      ],
    ],
    [
      'external data of another length',
      [
        [1, 1],
        [2, 1],
        [14, 1],
        [13, message([1, 'location'], [2, 'a'])],
        [13, message([1, 'length'], [2, '9'])],
      ],
    ],
  ];
  it.each(lies)('with %s are refused', (_, fields) => {
    expect(() => decoded(...fields)).toThrow(expect.objectContaining({ code: 'ONNX_INVALID' }));
  });

  it.each([
    ['text', 8],
    ['complex64', 14],
    ['float8e4m3fn', 17],
    ['int4', 22],
    ['a type of the future', 99],
  ])('of %s are refused as not supported', (_, code) => {
    expect(() => decoded([1, 0], [2, code])).toThrow(
      expect.objectContaining({
        code: 'MODEL_UNSUPPORTED',
        message: expect.stringContaining('initializer w'),
      }),
    );
  });
});
