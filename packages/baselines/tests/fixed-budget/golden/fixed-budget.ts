import { readFileSync } from 'node:fs';
import { readNpy } from '@msanet/tensor';
import { goldenBatch, goldenLength } from './golden-victim.js';

/** A trajectory of an attack in float64. */
export interface GoldenCase {
  readonly attack: string;
  readonly clips: 'levels' | 'inner';
  readonly norm: 'linf' | 'l2' | 'l1';
  readonly epsilon: number;
  readonly loss: 'cross-entropy' | 'margin' | 'dlr';
  readonly labels: readonly number[];
  readonly targets: readonly number[] | null;
  readonly steps: number;
  /** Length of a step; not for attacks that choose it themselves. */
  readonly alpha?: number;
  /** Only every so many-th point that a gradient was asked at is there. */
  readonly every: number;
  /** Loss of each clip wherever a gradient was asked, shape (queries, batch). */
  readonly losses: readonly (readonly number[])[];
  /** The points, and last the result: each shape (batch, frames, 3, height, width). */
  readonly points: readonly Float32Array[];
  // What only some attacks have.
  readonly quantile?: number;
  readonly decay?: number;
  readonly normalization?: 'clip' | 'frame';
  readonly samples?: number;
  readonly reach?: number;
  readonly shape?: 'gaussian' | 'linear' | 'uniform';
  readonly spatial?: number;
  readonly temporal?: number;
  /** For every step, clip and frame: height, width, top and left. */
  readonly placements?: readonly (readonly (
    readonly (readonly [number, number, number, number])[] | null
  )[])[];
}

const file = (name: string): Uint8Array => readFileSync(new URL(name, import.meta.url));

/** What PyTorch computes; made by tools/golden/baselines/fixed-budget.py. */
export const goldenCases = read();

function read(): GoldenCase[] {
  const cases = JSON.parse(new TextDecoder().decode(file('fixed-budget.json'))) as (Omit<
    GoldenCase,
    'points'
  > & { readonly points: number })[];
  const numbers = readNpy(file('fixed-budget.npy')).data as Float32Array;
  let start = 0;
  return cases.map((each) => {
    const points = Array.from({ length: each.points }, () => {
      const point = numbers.subarray(start, start + goldenBatch * goldenLength);
      start += point.length;
      return point;
    });
    return { ...each, points };
  });
}
