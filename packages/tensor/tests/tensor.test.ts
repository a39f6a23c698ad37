import { describe, expect, it } from 'vitest';
import {
  allocate,
  bytesPerElement,
  expectDataType,
  float32,
  float64,
  int64,
  isDataType,
  tensor,
  zeros,
  type DataType,
} from '@msanet/tensor';
import { refusal } from './refusal.js';

const widths: Record<DataType, number> = {
  float32: 4,
  float64: 8,
  float16: 2,
  bfloat16: 2,
  int8: 1,
  int16: 2,
  int32: 4,
  int64: 8,
  uint8: 1,
  uint16: 2,
  uint32: 4,
  uint64: 8,
  bool: 1,
};

describe('tensor', () => {
  it('wraps without a copy', () => {
    const data = Float32Array.of(1, 2, 3, 4, 5, 6);
    const wrapped = tensor('float32', [2, 3], data);
    expect(wrapped).toEqual({ dtype: 'float32', shape: [2, 3], data });
    expect(wrapped.data).toBe(data);
  });

  it('refuses an array that does not fill the shape', () => {
    const error = refusal(() => tensor('float32', [2, 3], new Float32Array(5)));
    expect(error.code).toBe('SHAPE_MISMATCH');
    expect(error.message).toBe(
      'tensor (2, 3): expected 6 elements, got 5; pass an array that fits the shape',
    );
  });

  it('refuses the typed array of another element type', () => {
    const wrong = new Float64Array(2) as unknown as Float32Array<ArrayBuffer>;
    const error = refusal(() => tensor('float32', [2], wrong));
    expect(error.code).toBe('DTYPE_MISMATCH');
    expect(error.message).toContain('Float32Array');
    expect(error.message).toContain('Float64Array');
  });
});

describe('element types', () => {
  it.each(Object.entries(widths) as [DataType, number][])('%s takes %d bytes', (dtype, width) => {
    expect(bytesPerElement(dtype)).toBe(width);
    expect(allocate(dtype, 3).byteLength).toBe(3 * width);
    const zero = zeros(dtype, [2, 2]);
    expect(zero.data.length).toBe(4);
    expect(Array.from(zero.data, Number)).toEqual([0, 0, 0, 0]);
  });

  it('are told apart and insisted on', () => {
    const value = float32([1]);
    expect(isDataType(value, 'float32')).toBe(true);
    expect(isDataType(value, 'float64')).toBe(false);
    expect(expectDataType(value, 'float32', 'input x')).toBe(value);
    const error = refusal(() => expectDataType(value, 'int64', 'input x'));
    expect(error.code).toBe('DTYPE_MISMATCH');
    expect(error.message).toBe(
      'input x: expected a tensor of int64, got float32; convert it to int64 first',
    );
  });
});

describe('tensors from numbers', () => {
  it('are vectors unless a shape is given', () => {
    expect(float32([0.1, 2]).data).toEqual(Float32Array.of(0.1, 2));
    expect(float64([0.1, 2], [2, 1])).toEqual({
      dtype: 'float64',
      shape: [2, 1],
      data: Float64Array.of(0.1, 2),
    });
    expect(int64([-3, 2 ** 53]).data).toEqual(BigInt64Array.of(-3n, 2n ** 53n));
  });

  it('of int64 are whole', () => {
    expect(refusal(() => int64([1, 1.5])).code).toBe('DTYPE_MISMATCH');
    expect(refusal(() => int64([Infinity])).code).toBe('DTYPE_MISMATCH');
  });
});
