import { MsanetError } from './errors.js';

/**
 * A seeded stream of random numbers on Philox 4x32-10 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3",
 * SC 2011).
 *
 * The generator is counter-based: the k-th number of a stream is a pure function of (seed, stream, k), so the same
 * seed gives the same numbers on every machine, and streams forked for different clips never influence each other.
 */
export class Random {
  readonly #key: readonly [number, number];
  readonly #stream: readonly [number, number];
  #counter = 0;
  readonly #block = new Uint32Array(4);
  #next = 4;
  #spareNormal: number | undefined;

  /**
   * @param seed any integer from 0 to 2^53 − 1
   * @param stream two 32-bit words that select the stream; (0, 0) is the main one
   * @throws MsanetError `OPTION_INVALID` for any other seed
   */
  constructor(seed: number, stream: readonly [number, number] = [0, 0]) {
    if (!Number.isSafeInteger(seed) || seed < 0) {
      throw new MsanetError({
        code: 'OPTION_INVALID',
        where: 'random seed',
        expected: 'a whole number from 0 to 2^53 − 1',
        got: String(seed),
        remedy: 'give another seed',
      });
    }
    this.#key = [seed >>> 0, Math.floor(seed / 2 ** 32) >>> 0];
    this.#stream = [stream[0] >>> 0, stream[1] >>> 0];
  }

  /** An independent stream of the same seed, selected by a number or a name; forking does not advance this one. */
  fork(name: number | string): Random {
    const [high, low] = hash64(`${this.#stream[0]}:${this.#stream[1]}:${name}`);
    return new Random(this.#key[1] * 2 ** 32 + this.#key[0], [high, low]);
  }

  /** The next 32 random bits, as an integer from 0 to 2^32 − 1. */
  uint32(): number {
    if (this.#next === 4) {
      this.#draw();
      this.#next = 0;
    }
    return this.#block[this.#next++];
  }

  /** Draws the next block. */
  #draw(): void {
    philox4x32(
      this.#block,
      this.#counter >>> 0,
      Math.floor(this.#counter / 2 ** 32) >>> 0,
      this.#stream[0],
      this.#stream[1],
      this.#key[0],
      this.#key[1],
    );
    this.#counter += 1;
  }

  /** A uniform number in [low, high), with 53 random bits. */
  uniform(low = 0, high = 1): number {
    const fraction = ((this.uint32() >>> 5) * 2 ** 26 + (this.uint32() >>> 6)) / 2 ** 53;
    return low + (high - low) * fraction;
  }

  /** A standard normal number, by the Box–Muller transform. */
  normal(): number {
    if (this.#spareNormal !== undefined) {
      const value = this.#spareNormal;
      this.#spareNormal = undefined;
      return value;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
    const angle = 2 * Math.PI * this.uniform();
    this.#spareNormal = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  }

  /**
   * A uniform integer from 0 to `bound` − 1, free of modulo bias.
   *
   * @param bound a whole number from 1 to 2^32
   * @throws MsanetError `OPTION_INVALID` for any other bound
   */
  integer(bound: number): number {
    if (!Number.isInteger(bound) || bound < 1 || bound > 2 ** 32) {
      throw new MsanetError({
        code: 'OPTION_INVALID',
        where: 'random integer',
        expected: 'a bound from 1 to 2^32',
        got: String(bound),
        remedy: 'give a bound that leaves something to draw',
      });
    }
    const limit = 2 ** 32 - (2 ** 32 % bound);
    for (;;) {
      const value = this.uint32();
      if (value < limit) return value % bound;
    }
  }

  /** The integers 0 … `length` − 1 in random order (Fisher–Yates). */
  permutation(length: number): number[] {
    const order = Array.from({ length }, (_, index) => index);
    for (let last = length - 1; last > 0; last--) {
      const other = this.integer(last + 1);
      [order[last], order[other]] = [order[other], order[last]];
    }
    return order;
  }

  /**
   * Fills an array with uniform numbers in [low, high] and returns it.
   *
   * A float64 array takes 53 random bits per number. A float32 array takes 24, as many as it can hold; there the
   * rounding of the sum to float32 may reach `high`.
   */
  fillUniform<A extends Float32Array | Float64Array>(array: A, low = 0, high = 1): A {
    const width = high - low;
    if (array instanceof Float32Array) {
      const scale = width / 2 ** 24;
      let index = 0;
      while (this.#next < 4 && index < array.length) {
        array[index++] = low + scale * (this.uint32() >>> 8);
      }
      // Whole blocks.
      const block = this.#block;
      for (; index + 4 <= array.length; index += 4) {
        this.#draw();
        array[index] = low + scale * (block[0] >>> 8);
        array[index + 1] = low + scale * (block[1] >>> 8);
        array[index + 2] = low + scale * (block[2] >>> 8);
        array[index + 3] = low + scale * (block[3] >>> 8);
      }
      while (index < array.length) array[index++] = low + scale * (this.uint32() >>> 8);
    } else {
      for (let index = 0; index < array.length; index++) array[index] = this.uniform(low, high);
    }
    return array;
  }

  /** Fills an array with normal numbers and returns it. */
  fillNormal<A extends Float32Array | Float64Array>(array: A, mean = 0, deviation = 1): A {
    for (let index = 0; index < array.length; index++) {
      array[index] = mean + deviation * this.normal();
    }
    return array;
  }
}

/** Ten rounds of Philox 4x32 on a 128-bit counter and a 64-bit key, into `out`. */
export function philox4x32(
  out: Uint32Array,
  counter0: number,
  counter1: number,
  counter2: number,
  counter3: number,
  key0: number,
  key1: number,
): void {
  // Signed integers have the same bits, and the engine computes with them alone.
  let [a, b, c, d] = [counter0 | 0, counter1 | 0, counter2 | 0, counter3 | 0];
  let [k0, k1] = [key0 | 0, key1 | 0];
  for (let round = 0; round < 10; round++) {
    const high0 = multiplyHigh(0xd2511f53, a);
    const low0 = Math.imul(0xd2511f53, a);
    const high1 = multiplyHigh(0xcd9e8d57, c);
    const low1 = Math.imul(0xcd9e8d57, c);
    a = high1 ^ b ^ k0;
    b = low1;
    c = high0 ^ d ^ k1;
    d = low0;
    k0 = (k0 + 0x9e3779b9) | 0;
    k1 = (k1 + 0xbb67ae85) | 0;
  }
  out[0] = a;
  out[1] = b;
  out[2] = c;
  out[3] = d;
}

/** The upper 32 bits of the 64-bit product of two 32-bit integers, from the products of their halves; none overflows. */
function multiplyHigh(a: number, b: number): number {
  const [a0, a1, b0, b1] = [a & 0xffff, a >>> 16, b & 0xffff, b >>> 16];
  const middle = (Math.imul(a1, b0) + (Math.imul(a0, b0) >>> 16)) | 0;
  const upper = (Math.imul(a0, b1) + (middle & 0xffff)) | 0;
  return (Math.imul(a1, b1) + (middle >>> 16) + (upper >>> 16)) | 0;
}

/**
 * The 64-bit FNV-1a hash of text (as UTF-8) or bytes, as its upper and its lower 32 bits (Fowler, Noll & Vo; RFC 9923).
 *
 * It names random streams; it is no cryptographic hash.
 */
export function hash64(content: string | Uint8Array): readonly [number, number] {
  const input = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  let high = 0xcbf29ce4;
  let low = 0x84222325;
  for (let index = 0; index < input.length; index++) {
    low = (low ^ input[index]) >>> 0;
    // Times the prime 2^40 + 0x1b3: the 2^40 moves the lower word into the upper one by 8 bits.
    const product = low * 0x1b3;
    high = (Math.imul(high, 0x1b3) + Math.floor(product / 2 ** 32) + (low << 8)) >>> 0;
    low = product >>> 0;
  }
  return [high, low];
}
