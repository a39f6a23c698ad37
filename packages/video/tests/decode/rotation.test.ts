import { describe, expect, it } from 'vitest';
import { quarterTurns, rotatePlanes, type QuarterTurns } from '../../src/decode/rotation.js';

function matrix(...values: number[]): Uint8Array {
  return new Uint8Array(Int32Array.from(values, (value) => value * 65536).buffer);
}

describe('quarterTurns', () => {
  it.each([
    [0, matrix(1, 0, 0, 0, 1, 0, 0, 0, 16384)],
    [1, matrix(0, 1, 0, -1, 0, 0, 0, 0, 16384)],
    [2, matrix(-1, 0, 0, 0, -1, 0, 0, 0, 16384)],
    [3, matrix(0, -1, 0, 1, 0, 0, 0, 0, 16384)],
  ] as const)('reads a turn by %d × 90°', (turns, bytes) => {
    expect(quarterTurns(bytes)).toBe(turns);
  });

  it('ignores mirrors, other angles, zeros and cut matrices', () => {
    expect(quarterTurns(matrix(-1, 0, 0, 0, 1, 0, 0, 0, 16384))).toBe(0);
    expect(quarterTurns(matrix(0.7, 0.7, 0, -0.7, 0.7, 0, 0, 0, 16384))).toBe(0);
    expect(quarterTurns(new Uint8Array(36))).toBe(0);
    expect(quarterTurns(new Uint8Array(35))).toBe(0);
    expect(quarterTurns(null)).toBe(0);
  });
});

describe('rotatePlanes', () => {
  // 1 2 3
  // 4 5 6
  const planes = Uint8Array.from([1, 2, 3, 4, 5, 6, 11, 12, 13, 14, 15, 16]);
  it.each([
    [0, [1, 2, 3, 4, 5, 6]],
    [1, [4, 1, 5, 2, 6, 3]],
    [2, [6, 5, 4, 3, 2, 1]],
    [3, [3, 6, 2, 5, 1, 4]],
  ] as const)('turns clockwise by %d × 90°', (turns, expected) => {
    const out = new Uint8Array(12);
    rotatePlanes(planes, 2, 2, 3, turns as QuarterTurns, out);
    expect([...out]).toEqual([...expected, ...expected.map((level) => level + 10)]);
  });
});
