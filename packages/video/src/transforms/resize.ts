import { MsanetError, zeros, type Tensor } from '@msanet/tensor';
import { clipAxes } from './clip-tensor.js';
import { shortSideSize, type FrameSize } from './frame-size.js';

/** How a picture is scaled. */
export interface ResizeOptions {
  /**
   * Whether the filter widens as the picture shrinks, so that every source pixel counts. True (the default) is what PIL
   * and libswscale do, and so what the preprocessing of TSM and TDN does; false is what OpenCV does.
   */
  readonly antialias?: boolean;
}

/**
 * Scales every frame bilinearly, with pixel centres at half coordinates.
 *
 * Target pixel t looks at source position (t + ½) · scale − ½, with the triangle filter of radius 1, or of radius
 * `scale` where the picture shrinks and `antialias` is on; weights are renormalised at the borders. That is
 * `torch.nn.functional.interpolate(mode='bilinear', align_corners=False, antialias=…)`. Bytes are rounded after the pass
 * over the rows and again after the pass over the columns, as in PIL.
 *
 * @param clip uint8 or float32, shape (frames, 3, height, width); only read
 * @returns a new clip of the same element type, shape (frames, 3, size.height, size.width)
 * @throws MsanetError `SHAPE_MISMATCH` when it is no clip, `OPTION_INVALID` when the size is not in whole pixels
 */
export function resizeBilinear<D extends 'uint8' | 'float32'>(
  clip: Tensor<D>,
  size: FrameSize,
  { antialias = true }: ResizeOptions = {},
): Tensor<D> {
  const { frames, height, width } = clipAxes(clip, 'resize');
  checkSize(size);
  const bytes = clip.dtype === 'uint8';
  const rows = filterTaps(height, size.height, antialias, bytes);
  const columns = filterTaps(width, size.width, antialias, bytes);
  const shape = [frames, 3, size.height, size.width];
  const source: Uint8Array | Float32Array = clip.data;
  const scaled = zeros(clip.dtype, shape);
  const target: Uint8Array | Float32Array = scaled.data;
  // Bytes round by adding a half before they are cut off, in the row pass and in the column pass.
  const rounding = bytes ? 0.5 : 0;
  const rowPass = bytes
    ? new Uint8Array(height * size.width)
    : new Float64Array(height * size.width);
  for (let plane = 0; plane < frames * 3; plane++) {
    const from = plane * height * width;
    for (let row = 0; row < height; row++) {
      for (let column = 0; column < size.width; column++) {
        const { first, weights } = columns[column];
        const start = from + row * width + first;
        let sum = rounding;
        for (let tap = 0; tap < weights.length; tap++) sum += weights[tap] * source[start + tap];
        rowPass[row * size.width + column] = sum;
      }
    }
    const to = plane * size.height * size.width;
    for (let row = 0; row < size.height; row++) {
      const { first, weights } = rows[row];
      for (let column = 0; column < size.width; column++) {
        const start = first * size.width + column;
        let sum = rounding;
        for (let tap = 0; tap < weights.length; tap++) {
          sum += weights[tap] * rowPass[start + tap * size.width];
        }
        target[to + row * size.width + column] = sum;
      }
    }
  }
  return scaled;
}

/**
 * Scales the shorter side of every frame to `shortSide` pixels and the longer one in proportion, rounded down.
 *
 * @param clip uint8 or float32, shape (frames, 3, height, width); only read
 * @returns a new clip, or the same one where nothing changes
 * @throws MsanetError `SHAPE_MISMATCH` when it is no clip, `OPTION_INVALID` when the size is not in whole pixels
 */
export function resizeShortSide<D extends 'uint8' | 'float32'>(
  clip: Tensor<D>,
  shortSide: number,
  options: ResizeOptions = {},
): Tensor<D> {
  const { height, width } = clipAxes(clip, 'resize');
  const size = shortSideSize({ height, width }, shortSide);
  if (size.height === height && size.width === width) return clip;
  return resizeBilinear(clip, size, options);
}

/** PIL keeps weights with 22 binary digits when it scales bytes, which decides ties. */
const weightUnit = 2 ** 22;

/** The source pixels that make up one target pixel along one axis. */
interface FilterTap {
  readonly first: number;
  /** Weights of the pixels from `first` on; their sum is 1. */
  readonly weights: Float64Array;
}

function filterTaps(
  sourceLength: number,
  targetLength: number,
  antialias: boolean,
  dyadic: boolean,
): FilterTap[] {
  const scale = sourceLength / targetLength;
  const radius = antialias ? Math.max(scale, 1) : 1;
  return Array.from({ length: targetLength }, (_, target) => {
    const centre = (target + 0.5) * scale;
    const first = Math.max(0, Math.floor(centre - radius + 0.5));
    const last = Math.min(sourceLength, Math.floor(centre + radius + 0.5));
    const weights = new Float64Array(last - first);
    let sum = 0;
    for (let tap = 0; tap < weights.length; tap++) {
      const distance = Math.abs(first + tap + 0.5 - centre) / radius;
      weights[tap] = Math.max(0, 1 - distance);
      sum += weights[tap];
    }
    return {
      first,
      weights: weights.map((weight) =>
        dyadic ? Math.round((weight / sum) * weightUnit) / weightUnit : weight / sum,
      ),
    };
  });
}

function checkSize(size: FrameSize): void {
  if ([size.height, size.width].every((length) => Number.isSafeInteger(length) && length >= 1)) {
    return;
  }
  throw new MsanetError({
    code: 'OPTION_INVALID',
    where: 'resize',
    expected: 'a size in whole pixels from 1',
    got: `${size.width}×${size.height}`,
    remedy: 'pass another size',
  });
}
