import { clipBatch, fromLevels, toLevels, type ClipBatch } from '@msanet/core';
import type { Tensor } from '@msanet/tensor';

/** The 8-bit frames of a batch of one clip, shape (frames, 3, height, width). */
export function toEightBit({ data, shape }: ClipBatch): Tensor<'uint8'> {
  return { dtype: 'uint8', shape: shape.slice(1), data: toLevels(data) };
}

/** 8-bit frames of shape (frames, 3, height, width) as a batch of one clip. */
export function fromEightBit({ data, shape }: Tensor<'uint8'>): ClipBatch {
  return clipBatch(fromLevels(data), [1, ...shape]);
}
