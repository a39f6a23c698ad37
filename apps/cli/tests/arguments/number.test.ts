import { describe, expect, it } from 'vitest';
import { parseCount, parseNumber } from '../../src/arguments/number.js';

describe('parseNumber', () => {
  it.each([
    ['8/255', 8 / 255],
    ['0.5', 0.5],
    [' 1e-3 ', 0.001],
    ['-2', -2],
    ['3 / 4', 0.75],
  ])('%s', (text, value) => {
    expect(parseNumber(text, '--epsilon')).toBe(value);
  });

  it.each(['', 'x', '1/0', '1/2/3', '/2', '1/', 'NaN', 'Infinity'])('refuses %j', (text) => {
    expect(() => parseNumber(text, '--epsilon')).toThrow(/--epsilon: expected a number/);
  });
});

describe('parseCount', () => {
  it('reads whole numbers', () => {
    expect(parseCount('12', 1, '--steps')).toBe(12);
    expect(parseCount('0', 0, '--seed')).toBe(0);
  });

  it.each(['', '-1', '1.5', 'two', '1e20'])('refuses %j', (text) => {
    expect(() => parseCount(text, 0, '--steps')).toThrow(/--steps: expected a whole number/);
  });
});
