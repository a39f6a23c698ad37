import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { bfloat16ToFloat32, float16ToFloat32, float32ToFloat16 } from '@msanet/tensor';
import { golden } from './golden/numpy.js';

const everyPattern = Uint16Array.from({ length: 65_536 }, (_, pattern) => pattern);

function sha256(words: Uint16Array | Uint32Array): string {
  const bytes = new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
  return createHash('sha256').update(bytes).digest('hex');
}

/** The bits of float32 values, with one pattern for all that are not a number. */
function bitsOf(values: Float32Array): Uint32Array {
  const bits = new Uint32Array(values.buffer.slice(0)) as Uint32Array;
  return bits.map((word, index) => (Number.isNaN(values[index]) ? 0x7fc00000 : word));
}

/** The float32 numbers at each half, at each midpoint between two, and one unit to either side of it; both signs. */
function roundingBoundaries(): Float32Array {
  const finite = float16ToFloat32(everyPattern.subarray(0, 0x7c00));
  const middles = Float32Array.from(
    finite,
    (value, index) => (value + (index + 1 < finite.length ? finite[index + 1] : 65_536)) / 2,
  );
  const middleBits = bitsOf(middles);
  const positive = [
    ...bitsOf(finite),
    ...middleBits.map((bits) => bits - 1),
    ...middleBits,
    ...middleBits.map((bits) => bits + 1),
  ];
  const negative = positive.map((bits) => (bits | 0x80000000) >>> 0);
  return new Float32Array(Uint32Array.from([...positive, ...negative]).buffer);
}

describe('half precision', () => {
  it('widens all 65,536 patterns as NumPy does', () => {
    expect(sha256(bitsOf(float16ToFloat32(everyPattern)))).toBe(golden.half.widened);
  });

  it('narrows every rounding boundary as NumPy does', () => {
    const boundaries = roundingBoundaries();
    expect(sha256(bitsOf(boundaries))).toBe(golden.half.boundaryPatterns);
    expect(sha256(float32ToFloat16(boundaries))).toBe(golden.half.narrowed);
  });

  it('gives every pattern back but that of other NaNs', () => {
    const values = float16ToFloat32(everyPattern);
    const back = float32ToFloat16(values);
    const differing = everyPattern.filter(
      (pattern) => back[pattern] !== pattern && !Number.isNaN(values[pattern]),
    );
    expect(differing).toEqual(new Uint16Array(0));
    expect(Number.isNaN(float16ToFloat32(float32ToFloat16(Float32Array.of(NaN)))[0])).toBe(true);
  });

  it('overflows to infinity and flushes to signed zero', () => {
    const extremes = Float32Array.of(Infinity, -Infinity, 1e30, -1e30, 1e-30, -1e-30);
    expect(Array.from(float32ToFloat16(extremes))).toEqual([
      0x7c00, 0xfc00, 0x7c00, 0xfc00, 0x0000, 0x8000,
    ]);
  });
});

describe('bfloat16', () => {
  it('is the upper half of a float32, for all 65,536 patterns', () => {
    const words = new Uint32Array(bfloat16ToFloat32(everyPattern).buffer);
    const wrong = everyPattern.filter((pattern) => words[pattern] !== pattern * 0x10000);
    expect(wrong).toEqual(new Uint16Array(0));
  });
});
