import type { ClipSize } from '@msanet/core';

/** Side of a block, as of the macroblocks of video codecs. */
const blockSide = 16;
/** How far a block is looked for in each direction, in pixels. */
const reach = 7;

/**
 * Follows every pixel back to the first frame by block matching.
 *
 * From each frame to the one before, a block of 16 × 16 pixels moves by the whole number of pixels, at most 7 in each
 * direction, with the smallest sum of absolute differences of brightness; of equal ones, by none before any. The moves of
 * successive frames are chained.
 *
 * @param clip shape (frames, 3, height, width)
 * @returns for each pixel of each frame the pixel of the first frame that it comes from, shape (frames, height, width)
 */
export function originsInFirstFrame(clip: Float32Array, size: ClipSize): Int32Array {
  const { frames, height, width } = size;
  const area = height * width;
  const origins = new Int32Array(frames * area);
  for (let pixel = 0; pixel < area; pixel++) origins[pixel] = pixel;
  let before = brightness(clip, 0, area);
  for (let frame = 1; frame < frames; frame++) {
    const now = brightness(clip, frame, area);
    for (let top = 0; top < height; top += blockSide) {
      for (let left = 0; left < width; left += blockSide) {
        const block: Block = {
          top,
          left,
          bottom: Math.min(top + blockSide, height),
          right: Math.min(left + blockSide, width),
        };
        const offset = bestOffset(now, before, block, height, width);
        for (let row = block.top; row < block.bottom; row++) {
          for (let column = block.left; column < block.right; column++) {
            const pixel = row * width + column;
            origins[frame * area + pixel] = origins[(frame - 1) * area + pixel + offset];
          }
        }
      }
    }
    before = now;
  }
  return origins;
}

/** Rows from `top` to before `bottom`, columns from `left` to before `right`. */
interface Block {
  readonly top: number;
  readonly left: number;
  readonly bottom: number;
  readonly right: number;
}

/** The offset of pixels, inside the frame, at which the frame before looks most like the block. */
function bestOffset(
  now: Float32Array,
  before: Float32Array,
  block: Block,
  height: number,
  width: number,
): number {
  let best = 0;
  let least = difference(now, before, block, 0, width, Infinity);
  const lowest = Math.max(-reach, -block.top);
  const highest = Math.min(reach, height - block.bottom);
  for (let down = lowest; down <= highest; down++) {
    const furthest = Math.min(reach, width - block.right);
    for (let across = Math.max(-reach, -block.left); across <= furthest; across++) {
      const offset = down * width + across;
      const sum = difference(now, before, block, offset, width, least);
      if (sum >= least) continue;
      least = sum;
      best = offset;
    }
  }
  return best;
}

/** Sum of the absolute differences, or of its first rows where they exceed `enough`. */
function difference(
  now: Float32Array,
  before: Float32Array,
  { top, left, bottom, right }: Block,
  offset: number,
  width: number,
  enough: number,
): number {
  let sum = 0;
  for (let row = top; row < bottom && sum < enough; row++) {
    for (let pixel = row * width + left; pixel < row * width + right; pixel++) {
      sum += Math.abs(now[pixel] - before[pixel + offset]);
    }
  }
  return sum;
}

/** The sum of the channels of a frame; shape (height, width). */
function brightness(clip: Float32Array, frame: number, area: number): Float32Array {
  const sum = new Float32Array(area);
  for (let channel = 0; channel < 3; channel++) {
    const first = (3 * frame + channel) * area;
    for (let pixel = 0; pixel < area; pixel++) sum[pixel] += clip[first + pixel];
  }
  return sum;
}
