import { clipSize, type ClipBatch, type ClipSize } from '@msanet/core';
import type { Tensor } from '@msanet/tensor';

/** Names of the features that come from the clip itself, in the order of their channels. */
export const clipFeatures = ['luminance', 'contrast'] as const;
/** Names of the features that come from motion, in the order of their channels. */
export const motionFeatures = ['forward-difference', 'backward-difference'] as const;

/**
 * What the attention sees of a clip: luminance, local contrast and, if asked, the absolute differences to the next and
 * to the previous frame. Each but luminance is scaled to mean 1 over the clip and compressed by log(1 + x), so that its
 * range does not depend on the exposure of the video.
 *
 * @param clip shape (1, frames, 3, height, width)
 * @returns float32, shape (frames, 2 or 4, height, width)
 */
export function featuresOf(clip: ClipBatch, motion: boolean): Tensor<'float32'> {
  const size = clipSize(clip);
  const area = size.height * size.width;
  const luminance = luminanceOf(clip.data, size);
  const planes = [luminance, compress(contrastOf(luminance, size))];
  if (motion) {
    planes.push(
      compress(differenceOf(luminance, size, 1)),
      compress(differenceOf(luminance, size, -1)),
    );
  }
  const data = new Float32Array(size.frames * planes.length * area);
  for (let frame = 0; frame < size.frames; frame++) {
    planes.forEach((plane, channel) => {
      data.set(
        plane.subarray(frame * area, (frame + 1) * area),
        (frame * planes.length + channel) * area,
      );
    });
  }
  return { dtype: 'float32', shape: [size.frames, planes.length, size.height, size.width], data };
}

/**
 * The magnitude of a perturbation direction per pixel, as a feature: summed over the channels, scaled to mean 1,
 * compressed by log(1 + x).
 *
 * @param direction shape (frames, 3, height, width)
 * @returns float32, shape (frames, 1, height, width)
 */
export function saliencyOf(direction: Float32Array, size: ClipSize): Tensor<'float32'> {
  const area = size.height * size.width;
  const magnitude = new Float32Array(size.frames * area);
  for (let frame = 0; frame < size.frames; frame++) {
    for (let channel = 0; channel < 3; channel++) {
      const from = (frame * 3 + channel) * area;
      const to = frame * area;
      for (let pixel = 0; pixel < area; pixel++) {
        magnitude[to + pixel] += Math.abs(direction[from + pixel]);
      }
    }
  }
  return {
    dtype: 'float32',
    shape: [size.frames, 1, size.height, size.width],
    data: compress(magnitude),
  };
}

/** Rec. 601 luma of every pixel, shape (frames, height, width). */
function luminanceOf(clip: Float32Array, size: ClipSize): Float32Array {
  const area = size.height * size.width;
  const luminance = new Float32Array(size.frames * area);
  for (let frame = 0; frame < size.frames; frame++) {
    const red = frame * 3 * area;
    for (let pixel = 0; pixel < area; pixel++) {
      luminance[frame * area + pixel] =
        0.299 * clip[red + pixel] +
        0.587 * clip[red + area + pixel] +
        0.114 * clip[red + 2 * area + pixel];
    }
  }
  return luminance;
}

/** Absolute difference from the mean of the four neighbours; edges repeat. */
function contrastOf(luminance: Float32Array, size: ClipSize): Float32Array {
  const { frames, height, width } = size;
  const contrast = new Float32Array(luminance.length);
  for (let frame = 0; frame < frames; frame++) {
    for (let y = 0; y < height; y++) {
      const row = (frame * height + y) * width;
      const above = y > 0 ? row - width : row;
      const below = y < height - 1 ? row + width : row;
      for (let x = 0; x < width; x++) {
        const left = luminance[row + Math.max(x - 1, 0)];
        const right = luminance[row + Math.min(x + 1, width - 1)];
        const mean = (left + right + luminance[above + x] + luminance[below + x]) / 4;
        contrast[row + x] = Math.abs(luminance[row + x] - mean);
      }
    }
  }
  return contrast;
}

/** Absolute difference to the frame `step` frames on; zero where there is none. */
function differenceOf(luminance: Float32Array, size: ClipSize, step: 1 | -1): Float32Array {
  const area = size.height * size.width;
  const difference = new Float32Array(luminance.length);
  for (let frame = 0; frame < size.frames; frame++) {
    const other = frame + step;
    if (other < 0 || other >= size.frames) continue;
    for (let pixel = 0; pixel < area; pixel++) {
      difference[frame * area + pixel] = Math.abs(
        luminance[other * area + pixel] - luminance[frame * area + pixel],
      );
    }
  }
  return difference;
}

/** log(1 + value / mean), in place; an all-zero feature stays zero. */
function compress(values: Float32Array): Float32Array {
  let sum = 0;
  for (const value of values) sum += value;
  if (sum === 0) return values;
  const scale = values.length / sum;
  for (let index = 0; index < values.length; index++) {
    values[index] = Math.log1p(values[index] * scale);
  }
  return values;
}
