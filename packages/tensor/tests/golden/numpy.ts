import { readFileSync } from 'node:fs';
import type { DataType } from '@msanet/tensor';

/** An array as `numpy.save` writes it. */
export interface SavedArray {
  readonly dtype: DataType;
  readonly shape: readonly number[];
  /** The elements in C order, little-endian, in base64. */
  readonly elements: string;
  /** The whole file, in base64. */
  readonly file: string;
}

/** What NumPy says; made by tools/golden/tensor/make-golden.py. */
export const golden = JSON.parse(readFileSync(new URL('numpy.json', import.meta.url), 'utf8')) as {
  readonly npy: readonly SavedArray[];
  /** Files that are no little-endian arrays in C order, in base64. */
  readonly refused: Readonly<Record<string, string>>;
  /** SHA-256 digests. */
  readonly half: {
    readonly widened: string;
    readonly boundaryPatterns: string;
    readonly narrowed: string;
  };
};

/** Bytes from base64. */
export function bytesOf(base64: string): Uint8Array {
  return Uint8Array.from(Buffer.from(base64, 'base64'));
}
