import { formatShape, sizeOf, type Shape } from '@msanet/tensor';
import type { OperatorCall, OperatorKernel } from '../operator-call.js';
import { ndarray, type NdArray } from '../ndarray.js';
import {
  slidingWindow,
  spatialShape,
  tapRanges,
  transposedWindow,
  type TapRange,
  type Triple,
  type Window,
} from './window.js';

/** One connection of an output plane with an input plane through one kernel tap, summed over the planes' pixels. */
interface Planes {
  /** Lengths of the small side (the side that strides), and of the large side. */
  readonly small: Triple;
  readonly large: Triple;
  readonly strides: Triple;
  readonly taps: readonly [readonly TapRange[], readonly TapRange[], readonly TapRange[]];
}

/**
 * Visits every pair of pixels that one kernel tap connects, a row at a time: pixels `small + i` and
 * `large + i · stride` for i below `count`.
 */
function forEachRow(
  planes: Planes,
  depthTap: TapRange,
  heightTap: TapRange,
  widthTap: TapRange,
  visit: (small: number, large: number, count: number) => void,
): void {
  const [, height, width] = planes.small;
  const [, largeHeight, largeWidth] = planes.large;
  const count = widthTap.last - widthTap.first;
  if (count <= 0) return;
  for (let z = depthTap.first; z < depthTap.last; z++) {
    const largeZ = z * planes.strides[0] + depthTap.shift;
    for (let y = heightTap.first; y < heightTap.last; y++) {
      const largeY = y * planes.strides[1] + heightTap.shift;
      const largeX = widthTap.first * planes.strides[2] + widthTap.shift;
      visit(
        (z * height + y) * width + widthTap.first,
        (largeZ * largeHeight + largeY) * largeWidth + largeX,
        count,
      );
    }
  }
}

/** Visits every row pair of every kernel tap; `tap` is the tap's index in the kernel plane. */
function forEachTap(
  planes: Planes,
  visit: (tap: number, small: number, large: number, count: number) => void,
): void {
  let tap = 0;
  for (const depthTap of planes.taps[0]) {
    for (const heightTap of planes.taps[1]) {
      for (const widthTap of planes.taps[2]) {
        const index = tap;
        forEachRow(planes, depthTap, heightTap, widthTap, (small, large, count) =>
          visit(index, small, large, count),
        );
        tap += 1;
      }
    }
  }
}

function allTaps(window: Window): Planes['taps'] {
  return [tapRanges(window, 0), tapRanges(window, 1), tapRanges(window, 2)];
}

function initialOutput(call: OperatorCall, shape: Shape): Float64Array {
  const data = new Float64Array(sizeOf(shape));
  const bias = call.optional(2);
  if (!bias) return data;
  const [batch, channels] = shape;
  if (bias.data.length !== channels) {
    throw call.shapeError(`a bias of ${channels} elements`, formatShape(bias.shape));
  }
  const plane = sizeOf(shape.slice(2));
  for (let image = 0; image < batch; image++) {
    for (let channel = 0; channel < channels; channel++) {
      const start = (image * channels + channel) * plane;
      data.fill(bias.data[channel], start, start + plane);
    }
  }
  return data;
}

function checkKernelShape(call: OperatorCall, kernel: Shape): void {
  const declared = call.ints('kernel_shape');
  if (declared && declared.join() !== kernel.join()) {
    throw call.shapeError(`a kernel ${formatShape(declared)}`, formatShape(kernel));
  }
}

/** Conv: cross-correlation of x (N, C, …) with w (M, C / group, …). */
function conv(call: OperatorCall): NdArray {
  const [x, w] = [call.input(0), call.input(1)];
  const groups = call.int('group', 1);
  const [batch, channels] = x.shape;
  const [outputs, channelsPerGroup] = w.shape;
  const kernel = spatialShape(call, w.shape);
  checkKernelShape(call, kernel);
  if (channels !== channelsPerGroup * groups || outputs % groups !== 0) {
    throw call.shapeError(
      `weights for ${channels} channels in ${groups} groups`,
      formatShape(w.shape),
    );
  }
  const window = slidingWindow(call, spatialShape(call, x.shape), kernel);
  const shape = [batch, outputs, ...window.outputShape];
  const y = initialOutput(call, shape);
  const planes: Planes = {
    small: window.output,
    large: window.input,
    strides: window.strides,
    taps: allTaps(window),
  };
  const stride = window.strides[2];
  const [xPlane, yPlane, kernelPlane] = [window.input, window.output, window.kernel].map(sizeOf);
  for (let image = 0; image < batch; image++) {
    for (let output = 0; output < outputs; output++) {
      const group = Math.floor(output / (outputs / groups));
      const yStart = (image * outputs + output) * yPlane;
      for (let c = 0; c < channelsPerGroup; c++) {
        const xStart = (image * channels + group * channelsPerGroup + c) * xPlane;
        const wStart = (output * channelsPerGroup + c) * kernelPlane;
        forEachTap(planes, (tap, small, large, count) => {
          const weight = w.data[wStart + tap];
          let from = xStart + large;
          for (let to = yStart + small; to < yStart + small + count; to++, from += stride) {
            y[to] += weight * x.data[from];
          }
        });
      }
    }
  }
  return ndarray(shape, y);
}

/** ConvTranspose: the transposed map of a Conv with the same attributes; w is (C, M / group, …). */
function convTranspose(call: OperatorCall): NdArray {
  const [x, w] = [call.input(0), call.input(1)];
  const groups = call.int('group', 1);
  const [batch, channels] = x.shape;
  const outputsPerGroup = w.shape[1];
  const outputs = outputsPerGroup * groups;
  const kernel = spatialShape(call, w.shape);
  checkKernelShape(call, kernel);
  if (w.shape[0] !== channels || channels % groups !== 0) {
    throw call.shapeError(
      `weights for ${channels} channels in ${groups} groups`,
      formatShape(w.shape),
    );
  }
  const window = transposedWindow(call, spatialShape(call, x.shape), kernel);
  const shape = [batch, outputs, ...window.outputShape];
  const y = initialOutput(call, shape);
  // Seen from the Conv that it transposes, the operand is the small side and the result the large one.
  const mirrored: Window = { ...window, input: window.output, output: window.input };
  const planes: Planes = {
    small: window.input,
    large: window.output,
    strides: window.strides,
    taps: allTaps(mirrored),
  };
  const stride = window.strides[2];
  const [xPlane, yPlane, kernelPlane] = [window.input, window.output, window.kernel].map(sizeOf);
  for (let image = 0; image < batch; image++) {
    for (let channel = 0; channel < channels; channel++) {
      const group = Math.floor(channel / (channels / groups));
      const xStart = (image * channels + channel) * xPlane;
      for (let m = 0; m < outputsPerGroup; m++) {
        const yStart = (image * outputs + group * outputsPerGroup + m) * yPlane;
        const wStart = (channel * outputsPerGroup + m) * kernelPlane;
        forEachTap(planes, (tap, small, large, count) => {
          const weight = w.data[wStart + tap];
          let to = yStart + large;
          for (let from = xStart + small; from < xStart + small + count; from++, to += stride) {
            y[to] += weight * x.data[from];
          }
        });
      }
    }
  }
  return ndarray(shape, y);
}

/** Convolutions in one, two or three spatial dimensions. */
export const convolutionOperators: Readonly<Record<string, OperatorKernel>> = {
  Conv: conv,
  ConvTranspose: convTranspose,
};
