import { isInsideUnitRange } from '@msanet/simd';
import { MsanetError, formatShape, sizeOf, type Shape, type Tensor } from '@msanet/tensor';

/** Axes of a clip batch: (batch, frames, 3, height, width). */
export type ClipBatchShape = readonly [
  batch: number,
  frames: number,
  channels: 3,
  height: number,
  width: number,
];

/**
 * A batch of clips: float32 RGB in [0, 1], shape (batch, frames, 3, height, width).
 *
 * It is all that an attack ever sees. Frame sampling, resizing, normalisation and any folding of axes belong to the
 * victim model.
 */
export interface ClipBatch extends Tensor<'float32'> {
  readonly shape: ClipBatchShape;
}

/** What fits one clip: frames, height and width. */
export interface ClipSize {
  readonly frames: number;
  readonly height: number;
  readonly width: number;
}

/**
 * Wraps values as a clip batch, without a copy.
 *
 * @param shape (batch, frames, 3, height, width)
 * @throws MsanetError `CLIP_INVALID` when the shape is no clip batch's or the values do not fill it
 */
export function clipBatch(data: Float32Array, shape: Shape): ClipBatch {
  const countable = shape.every((length) => Number.isInteger(length) && length >= 0);
  if (shape.length !== 5 || shape[2] !== 3 || !countable || data.length !== sizeOf(shape)) {
    throw new MsanetError({
      code: 'CLIP_INVALID',
      where: 'clip batch',
      expected: 'shape (batch, frames, 3, height, width) and as many values',
      got: `shape ${formatShape(shape)} with ${data.length} values`,
      remedy: 'put the colour channels on the third axis',
    });
  }
  return { dtype: 'float32', shape: shape as unknown as ClipBatchShape, data };
}

/** A zero-filled (black) clip batch. */
export function emptyClips(batch: number, size: ClipSize): ClipBatch {
  const shape: ClipBatchShape = [batch, size.frames, 3, size.height, size.width];
  return { dtype: 'float32', shape, data: new Float32Array(sizeOf(shape)) };
}

/** Number of values in one clip of the batch: frames · 3 · height · width. */
export function clipLength(clips: { readonly shape: ClipBatchShape }): number {
  const [, frames, channels, height, width] = clips.shape;
  return frames * channels * height * width;
}

/** Frames, height and width of the batch's clips. */
export function clipSize(clips: { readonly shape: ClipBatchShape }): ClipSize {
  const [, frames, , height, width] = clips.shape;
  return { frames, height, width };
}

/** The values of one clip, as a view into the batch. */
export function clipAt(clips: ClipBatch, index: number): Float32Array {
  const length = clipLength(clips);
  return clips.data.subarray(index * length, (index + 1) * length);
}

/** The clips at those indices, copied into a batch of their own. */
export function selectClips(clips: ClipBatch, indices: readonly number[]): ClipBatch {
  const selection = emptyClips(indices.length, clipSize(clips));
  indices.forEach((index, row) =>
    selection.data.set(clipAt(clips, index), row * clipLength(clips)),
  );
  return selection;
}

/** A copy of the batch. */
export function copyClips(clips: ClipBatch): ClipBatch {
  return { ...clips, data: clips.data.slice() };
}

/** How far outside [0, 1] a value may lie by rounding alone. */
const rangeTolerance = 1e-6;

/**
 * Checks the clip contract: at least one clip, finite values in [0, 1], and the size that the victim takes.
 *
 * @param where what to call the clips in the sentence
 * @throws MsanetError `CLIP_INVALID`, naming the observed range or size
 */
export function checkClips(clips: ClipBatch, size: ClipSize | undefined, where: string): void {
  // A batch made by hand may break the shape rules.
  clipBatch(clips.data, clips.shape);
  const own = clipSize(clips);
  if (clips.data.length === 0) {
    throw new MsanetError({
      code: 'CLIP_INVALID',
      where,
      expected: 'at least one clip of at least one frame and pixel',
      got: `shape ${formatShape(clips.shape)}`,
      remedy: 'pass a clip',
    });
  }
  if (
    size !== undefined &&
    (own.frames !== size.frames || own.height !== size.height || own.width !== size.width)
  ) {
    throw new MsanetError({
      code: 'CLIP_INVALID',
      where,
      expected: `${size.frames} frames of ${size.width}×${size.height} pixels`,
      got: `${own.frames} frames of ${own.width}×${own.height}`,
      remedy: 'sample and resize the clip to the input of the victim',
    });
  }
  const { data } = clips;
  // Victims check at every question, and what they are asked is right: that much costs far less than finding the range.
  if (isInsideUnitRange(data)) return;
  let low = Infinity;
  let high = -Infinity;
  let finite = true;
  for (let index = 0; index < data.length; index++) {
    const value = data[index];
    if (value < low) low = value;
    if (value > high) high = value;
    if (!Number.isFinite(value)) finite = false;
  }
  if (!finite || low < -rangeTolerance || high > 1 + rangeTolerance) {
    throw new MsanetError({
      code: 'CLIP_INVALID',
      where,
      expected: 'finite RGB values in [0, 1]',
      got: finite ? `values from ${low} to ${high}` : 'a value that is not a finite number',
      remedy: 'divide 8-bit values by 255; normalisation belongs to the victim model',
    });
  }
}
