import { describe, expect, it } from 'vitest';
import { fromLevels, isOnGrid, levelOf, toLevels, valueOfLevel } from '@msanet/core';

const levels = Uint8Array.from({ length: 256 }, (_, level) => level);

describe('the 8-bit grid', () => {
  it('holds the float32 value nearest to level / 255, for all 256 levels', () => {
    for (const level of levels) expect(valueOfLevel(level)).toBe(Math.fround(level / 255));
  });

  it('gives every level back, through float32 and through float64', () => {
    expect(toLevels(fromLevels(levels))).toEqual(levels);
    for (const level of levels) {
      expect(levelOf(valueOfLevel(level))).toBe(level);
      expect(levelOf(level / 255)).toBe(level);
    }
    expect(isOnGrid(fromLevels(levels))).toBe(true);
  });

  it('rounds everything between two levels to the nearer one', () => {
    for (let level = 0; level < 255; level++) {
      expect(levelOf((level + 0.499) / 255)).toBe(level);
      expect(levelOf((level + 0.501) / 255)).toBe(level + 1);
    }
  });

  it('stays between 0 and 255', () => {
    expect([-1, -0.001, 1.001, 7, Infinity, -Infinity].map(levelOf)).toEqual([
      0, 0, 255, 255, 255, 0,
    ]);
  });

  it('does not hold the float32 neighbours of its values, nor anything outside [0, 1]', () => {
    const bits = new Uint32Array(1);
    const value = new Float32Array(bits.buffer);
    for (const level of levels) {
      for (const step of [-1, 1]) {
        value[0] = valueOfLevel(level);
        bits[0] += level === 0 ? 1 : step;
        expect(isOnGrid(value), `level ${level}, ${step} unit`).toBe(false);
      }
    }
    for (const outside of [NaN, -1 / 255, 256 / 255, Infinity]) {
      expect(isOnGrid(Float32Array.of(0, outside))).toBe(false);
    }
  });

  it('is written where the caller wants it', () => {
    const out = new Float32Array(2);
    expect(fromLevels(Uint8Array.of(255, 51), out)).toBe(out);
    expect(out).toEqual(Float32Array.of(1, 0.2));
  });
});
