import type { ClipSize } from '@msanet/core';
import { frameLength } from './frame-values.js';

/**
 * The direction from a clip to its motion-blurred version, d_t = w · (Σ_k a_k · x_{t−k} − x_t) with weights a_k of sum 1 for
 * k = 1 … L; where t < k, the first frame stands for x_{t−k}.
 */
export class BlurDirection {
  /** L. */
  readonly reach: number;
  readonly #clean: Float32Array;
  readonly #frames: number;
  readonly #frameLength: number;
  readonly #strength: number;

  /** @param clean shape (frames, 3, height, width) */
  constructor(clean: Float32Array, size: ClipSize, reach: number, strength: number) {
    this.reach = reach;
    this.#clean = clean;
    this.#frames = size.frames;
    this.#frameLength = frameLength(size);
    this.#strength = strength;
  }

  /**
   * @param weights a before normalisation, not negative, not all 0; shape (reach)
   * @returns shape of the clip
   */
  at(weights: Float64Array): Float32Array {
    const total = sumOf(weights);
    const clean = this.#clean;
    const direction = new Float32Array(clean.length);
    for (const { start, end, distance, back } of this.#pairs()) {
      const share = (this.#strength * weights[back - 1]) / total;
      for (let index = start; index < end; index++) {
        direction[index] += share * (clean[index - distance] - clean[index]);
      }
    }
    return direction;
  }

  /**
   * The derivative with respect to the weights before normalisation, of a function with that gradient at the clip
   * x + shares ⊙ d; that d and the clip may be clamped is left out.
   *
   * @returns shape (reach)
   */
  pullBack(gradient: Float32Array, shares: Float32Array, weights: Float64Array): Float64Array {
    const total = sumOf(weights);
    const clean = this.#clean;
    const onShares = new Float64Array(this.reach);
    for (const { start, end, distance, back } of this.#pairs()) {
      let sum = 0;
      for (let index = start; index < end; index++) {
        sum += gradient[index] * shares[index] * (clean[index - distance] - clean[index]);
      }
      onShares[back - 1] += this.#strength * sum;
    }
    const mean = onShares.reduce((sum, value, index) => sum + (weights[index] / total) * value, 0);
    return onShares.map((value) => (value - mean) / total);
  }

  /** Every frame with every earlier one that it is blurred with, as ranges of values; a frame with itself adds nothing. */
  *#pairs(): Generator<FramePair> {
    const length = this.#frameLength;
    for (let frame = 1; frame < this.#frames; frame++) {
      for (let back = 1; back <= this.reach; back++) {
        const distance = Math.min(back, frame) * length;
        yield { start: frame * length, end: (frame + 1) * length, distance, back };
      }
    }
  }
}

/** A frame, and an earlier one. */
interface FramePair {
  /** Where the values of the frame begin and end. */
  readonly start: number;
  readonly end: number;
  /** How many values earlier those of the other frame lie. */
  readonly distance: number;
  /** k, from 1. */
  readonly back: number;
}

function sumOf(weights: Float64Array): number {
  return weights.reduce((sum, weight) => sum + weight, 0);
}
