import { describe, expect, it } from 'vitest';
import { Random, hash64, philox4x32 } from '@msanet/tensor';
import { refusal } from './refusal.js';

/** Mean and population variance. */
function moments(values: ArrayLike<number>): { mean: number; variance: number } {
  const list = Array.from(values);
  const mean = list.reduce((sum, value) => sum + value, 0) / list.length;
  const variance = list.reduce((sum, value) => sum + (value - mean) ** 2, 0) / list.length;
  return { mean, variance };
}

/** Pearson's chi-squared statistic of counts that should all be equal. */
function chiSquared(counts: readonly number[]): number {
  const expected = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}

describe('philox4x32', () => {
  // Known-answer vectors of the Random123 library (Salmon et al.), "philox4x32 10".
  it.each([
    {
      name: 'zeros',
      counter: [0, 0, 0, 0],
      key: [0, 0],
      answer: [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8],
    },
    {
      name: 'ones',
      counter: [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
      key: [0xffffffff, 0xffffffff],
      answer: [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
    },
    {
      name: 'digits of pi',
      counter: [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
      key: [0xa4093822, 0x299f31d0],
      answer: [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
    },
  ])('gives the published answer for $name', ({ counter, key, answer }) => {
    const out = new Uint32Array(4);
    philox4x32(out, counter[0], counter[1], counter[2], counter[3], key[0], key[1]);
    expect(Array.from(out)).toEqual(answer);
  });

  it('is what a stream of the same seed reads, block by block', () => {
    const seed = 0x1234_5678_9abc;
    const random = new Random(seed, [11, 22]);
    const block = new Uint32Array(4);
    for (let counter = 0; counter < 3; counter++) {
      philox4x32(block, counter, 0, 11, 22, 0x5678_9abc, 0x1234);
      expect(Array.from(block, () => random.uint32())).toEqual(Array.from(block));
    }
  });
});

describe('hash64', () => {
  // Test vectors of RFC 9923, FNV-1a 64.
  it.each([
    ['', 0xcbf29ce4, 0x84222325],
    ['a', 0xaf63dc4c, 0x8601ec8c],
    ['foobar', 0x85944171, 0xf73967e8],
  ])('is FNV-1a for %j', (text, high, low) => {
    expect(hash64(text)).toEqual([high, low]);
    expect(hash64(new TextEncoder().encode(text))).toEqual([high, low]);
  });
});

describe('Random', () => {
  it('repeats for the same seed and differs for another', () => {
    const draw = (seed: number): number[] => {
      const random = new Random(seed);
      return Array.from({ length: 20 }, () => random.uint32());
    };
    expect(draw(5)).toEqual(draw(5));
    expect(draw(5)).not.toEqual(draw(6));
    expect(draw(2 ** 53 - 1)).not.toEqual(draw(2 ** 32 - 1));
  });

  it.each([-1, 0.5, NaN, 2 ** 53])('refuses seed %d', (seed) => {
    expect(refusal(() => new Random(seed)).code).toBe('OPTION_INVALID');
  });

  it('draws uniform numbers: equal bins, right moments, no serial correlation', () => {
    const random = new Random(2024);
    const values = Array.from({ length: 100_000 }, () => random.uniform());
    const bins = new Array<number>(100).fill(0);
    for (const value of values) bins[Math.floor(value * 100)] += 1;
    // 99.99 % point of chi-squared with 99 degrees of freedom.
    expect(chiSquared(bins)).toBeLessThan(161);
    const { mean, variance } = moments(values);
    expect(Math.abs(mean - 1 / 2)).toBeLessThan(4 * Math.sqrt(1 / 12 / values.length));
    expect(Math.abs(variance - 1 / 12)).toBeLessThan(4 * Math.sqrt(1 / 180 / values.length));
    const products = values.slice(1).map((value, index) => (value - 0.5) * (values[index] - 0.5));
    expect(Math.abs(moments(products).mean)).toBeLessThan(4 / 12 / Math.sqrt(values.length));
    expect(Math.min(...values.slice(0, 10_000))).toBeGreaterThanOrEqual(0);
    expect(Math.max(...values.slice(0, 10_000))).toBeLessThan(1);
  });

  it('draws normal numbers: the moments and tails of the standard normal', () => {
    const random = new Random(2025);
    const values = Array.from({ length: 100_000 }, () => random.normal());
    const { mean, variance } = moments(values);
    const error = 4 / Math.sqrt(values.length);
    expect(Math.abs(mean)).toBeLessThan(error);
    expect(Math.abs(variance - 1)).toBeLessThan(Math.SQRT2 * error);
    expect(Math.abs(moments(values.map((z) => z ** 3)).mean)).toBeLessThan(Math.sqrt(15) * error);
    expect(Math.abs(moments(values.map((z) => z ** 4)).mean - 3)).toBeLessThan(
      Math.sqrt(96) * error,
    );
    const within = values.filter((z) => Math.abs(z) < 1).length / values.length;
    expect(Math.abs(within - 0.682689492)).toBeLessThan(0.006);
  });

  it('draws integers without bias, also where 2^32 is no multiple of the bound', () => {
    const random = new Random(3);
    const counts = new Array<number>(7).fill(0);
    for (let draw = 0; draw < 70_000; draw++) counts[random.integer(7)] += 1;
    // 99.99 % point with 6 degrees of freedom.
    expect(chiSquared(counts)).toBeLessThan(27.9);
    // Modulo reduction would hit the lower half twice as often as the upper one.
    const bound = 3 * 2 ** 30;
    const low = Array.from({ length: 4000 }, () => random.integer(bound)).filter(
      (value) => value < 2 ** 30,
    );
    expect(Math.abs(low.length / 4000 - 1 / 3)).toBeLessThan(0.03);
    expect(random.integer(1)).toBe(0);
    expect(random.integer(2 ** 32)).toBeLessThan(2 ** 32);
  });

  it.each([0, -1, 1.5, NaN, 2 ** 32 + 1])('refuses to draw below %d', (bound) => {
    expect(refusal(() => new Random(1).integer(bound)).code).toBe('OPTION_INVALID');
  });

  it('permutes: every order of three comes equally often', () => {
    const random = new Random(4);
    const counts = new Map<string, number>();
    for (let draw = 0; draw < 12_000; draw++) {
      const order = random.permutation(3).join('');
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect([...counts.keys()].sort()).toEqual(['012', '021', '102', '120', '201', '210']);
    // 99.99 % point with 5 degrees of freedom.
    expect(chiSquared([...counts.values()])).toBeLessThan(25.8);
    expect(random.permutation(0)).toEqual([]);
  });

  it('fills float32 and float64 arrays inside the interval', () => {
    const random = new Random(5);
    for (const array of [new Float32Array(20_000), new Float64Array(20_000)]) {
      expect(random.fillUniform(array, -2, 3)).toBe(array);
      const { mean, variance } = moments(array);
      expect(Math.abs(mean - 0.5)).toBeLessThan(0.05);
      expect(Math.abs(variance - 25 / 12)).toBeLessThan(0.08);
      expect(Math.min(...array)).toBeGreaterThanOrEqual(-2);
      expect(Math.max(...array)).toBeLessThanOrEqual(3);
      random.fillNormal(array, 10, 2);
      expect(Math.abs(moments(array).mean - 10)).toBeLessThan(0.06);
      expect(Math.abs(moments(array).variance - 4)).toBeLessThan(0.2);
    }
  });
});

describe('forked streams', () => {
  it('do not advance their parent, and do not depend on how far it is', () => {
    const parent = new Random(8);
    const early = parent.fork('clip').uint32();
    const undisturbed = new Random(8);
    expect(parent.uint32()).toBe(undisturbed.uint32());
    expect(parent.fork('clip').uint32()).toBe(early);
  });

  it('differ by name, by parent and by seed', () => {
    const first = (random: Random): string => `${random.uint32()} ${random.uint32()}`;
    const streams = [
      new Random(8),
      new Random(9),
      new Random(8).fork('a'),
      new Random(8).fork('b'),
      new Random(9).fork('a'),
      new Random(8).fork('a').fork('b'),
      new Random(8).fork('b').fork('a'),
      ...Array.from({ length: 200 }, (_, index) => new Random(8).fork(index)),
    ].map(first);
    expect(new Set(streams).size).toBe(streams.length);
  });

  it('are uncorrelated', () => {
    const length = 20_000;
    const a = new Random(8).fork(0).fillUniform(new Float64Array(length), -1, 1);
    const b = new Random(8).fork(1).fillUniform(new Float64Array(length), -1, 1);
    const correlation = moments(a.map((value, index) => value * b[index])).mean / (1 / 3);
    expect(Math.abs(correlation)).toBeLessThan(4 / Math.sqrt(length));
  });
});
