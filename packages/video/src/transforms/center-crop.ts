import { MsanetError, zeros, type Tensor } from '@msanet/tensor';
import { clipAxes } from './clip-tensor.js';
import type { FrameSize } from './frame-size.js';

/**
 * Cuts the middle out of every frame.
 *
 * The upper left corner is at ((height − size.height) / 2, (width − size.width) / 2), rounded half to even as
 * torchvision's `CenterCrop` (and so the official TSM and TDN code) does.
 *
 * @param clip uint8 or float32, shape (frames, 3, height, width); only read
 * @returns a new clip, shape (frames, 3, size.height, size.width), or the same one where nothing is cut
 * @throws MsanetError `SHAPE_MISMATCH` when it is no clip, `OPTION_INVALID` when the crop is larger than the frames
 */
export function centerCrop<D extends 'uint8' | 'float32'>(
  clip: Tensor<D>,
  size: FrameSize,
): Tensor<D> {
  const { frames, height, width } = clipAxes(clip, 'centre crop');
  if (size.height === height && size.width === width) return clip;
  const whole = [size.height, size.width].every((length) => Number.isSafeInteger(length));
  if (!whole || size.height < 1 || size.width < 1 || size.height > height || size.width > width) {
    throw new MsanetError({
      code: 'OPTION_INVALID',
      where: 'centre crop',
      expected: `a size of at most ${width}×${height}`,
      got: `${size.width}×${size.height}`,
      remedy: 'crop less, or scale the frames up first',
    });
  }
  const top = halfToEven(height - size.height);
  const left = halfToEven(width - size.width);
  const shape = [frames, 3, size.height, size.width];
  const source: Uint8Array | Float32Array = clip.data;
  const cropped = zeros(clip.dtype, shape);
  const target: Uint8Array | Float32Array = cropped.data;
  for (let plane = 0; plane < frames * 3; plane++) {
    for (let row = 0; row < size.height; row++) {
      const from = (plane * height + top + row) * width + left;
      const to = (plane * size.height + row) * size.width;
      target.set(source.subarray(from, from + size.width), to);
    }
  }
  return cropped;
}

/** Half of a whole number, rounded half to even. */
function halfToEven(value: number): number {
  const half = Math.floor(value / 2);
  return value % 2 === 1 && half % 2 === 1 ? half + 1 : half;
}
