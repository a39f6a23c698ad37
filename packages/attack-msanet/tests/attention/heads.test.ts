import { describe, expect, it } from 'vitest';
import { headsOf } from '../../src/attention/heads.js';

describe('headsOf', () => {
  it.each([
    ['both', 'both', ['temporal-select', 'spatial-select', 'temporal-enhance', 'spatial-enhance']],
    ['coarse', 'both', ['temporal-select', 'spatial-select']],
    ['fine', 'both', ['temporal-enhance', 'spatial-enhance']],
    ['both', 'spatial', ['spatial-select', 'spatial-enhance']],
    ['both', 'temporal', ['temporal-select', 'temporal-enhance']],
    ['coarse', 'temporal', ['temporal-select']],
    ['fine', 'spatial', ['spatial-enhance']],
  ] as const)('granularity %s over axes %s', (granularity, axes, expected) => {
    expect(headsOf(granularity, axes)).toEqual(expected);
  });
});
