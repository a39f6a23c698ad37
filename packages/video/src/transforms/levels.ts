import { fromLevels, toLevels } from '@msanet/core';
import type { Tensor } from '@msanet/tensor';
import { clipAxes } from './clip-tensor.js';

/**
 * The float32 clip of 8-bit levels: level / 255.
 *
 * @param clip shape (frames, 3, height, width); only read
 * @throws MsanetError `SHAPE_MISMATCH` when it is no clip
 */
export function toFloat(clip: Tensor<'uint8'>): Tensor<'float32'> {
  clipAxes(clip, 'clip');
  return { dtype: 'float32', shape: clip.shape, data: fromLevels(clip.data) };
}

/**
 * The nearest 8-bit levels of a float32 clip in [0, 1]; values outside are clipped.
 *
 * @param clip shape (frames, 3, height, width); only read
 * @throws MsanetError `SHAPE_MISMATCH` when it is no clip
 */
export function toBytes(clip: Tensor<'float32'>): Tensor<'uint8'> {
  clipAxes(clip, 'clip');
  return { dtype: 'uint8', shape: clip.shape, data: toLevels(clip.data) };
}
