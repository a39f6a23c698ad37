import { createHash } from 'node:crypto';
import { bfloat16ToFloat32, float16ToFloat32, type Tensor } from '@msanet/tensor';

/** What tools/golden/checkpoint/make-golden.py writes of a tensor that PyTorch has read. */
export interface DescribedTensor {
  readonly dtype: string;
  readonly shape: readonly number[];
  /** The first elements in row-major order, as Python writes them. */
  readonly first: readonly string[];
  /** Of the elements in row-major order, little-endian. */
  readonly sha256: string;
}

/** The first six elements as the numbers they stand for. */
export function firstNumbers({ dtype, data }: Tensor): number[] {
  const first = data.subarray(0, 6);
  if (dtype === 'float16') return [...float16ToFloat32(first as Uint16Array)];
  if (dtype === 'bfloat16') return [...bfloat16ToFloat32(first as Uint16Array)];
  return Array.from<number | bigint, number>(first, Number);
}

export function bytesOf({ data }: Tensor): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

export function sha256(...contents: readonly (Uint8Array | string)[]): string {
  const hash = createHash('sha256');
  for (const content of contents) hash.update(content);
  return hash.digest('hex');
}

/** A number that Python has written. */
export function pythonNumber(text: string): number {
  const named: Record<string, number> = { nan: NaN, inf: Infinity, '-inf': -Infinity };
  const bool: Record<string, number> = { True: 1, False: 0 };
  return named[text] ?? bool[text] ?? Number(text);
}
