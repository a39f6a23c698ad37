import { formatShape, sizeOf } from '@msanet/tensor';
import type { OperatorCall, OperatorKernel } from '../operator-call.js';
import { ndarray, type NdArray } from '../ndarray.js';
import { splitAt } from '../strided.js';

/** How one axis is resized. */
interface AxisResize {
  readonly length: number;
  readonly resized: number;
  /** Scale as given, or resized / length: the coordinate formulas use it unrounded. */
  readonly scale: number;
}

/** The operand elements along an axis that an output element mixes, with their weights. */
type Taps = readonly (readonly [index: number, weight: number])[];

/** Where an output position lies on the operand's axis. */
type CoordinateMode = (position: number, axis: AxisResize) => number;

const halfPixel: CoordinateMode = (position, { scale }) => (position + 0.5) / scale - 0.5;

const coordinateModes: Readonly<Record<string, CoordinateMode>> = {
  half_pixel: halfPixel,
  half_pixel_symmetric: (position, axis) => {
    const adjustment = axis.resized / (axis.scale * axis.length);
    return (axis.length / 2) * (1 - adjustment) + halfPixel(position, axis);
  },
  pytorch_half_pixel: (position, axis) => (axis.resized > 1 ? halfPixel(position, axis) : 0),
  align_corners: (position, { length, resized }) =>
    resized > 1 ? (position * (length - 1)) / (resized - 1) : 0,
  asymmetric: (position, { scale }) => position / scale,
};

const nearestModes: Readonly<Record<string, (coordinate: number) => number>> = {
  round_prefer_floor: (x) => Math.ceil(x - 0.5),
  round_prefer_ceil: (x) => Math.floor(x + 0.5),
  floor: Math.floor,
  ceil: Math.ceil,
};

/** Keys' cubic convolution kernel with coefficient a. */
function cubicWeight(distance: number, a: number): number {
  const x = Math.abs(distance);
  if (x <= 1) return (a + 2) * x ** 3 - (a + 3) * x ** 2 + 1;
  if (x < 2) return a * x ** 3 - 5 * a * x ** 2 + 8 * a * x - 4 * a;
  return 0;
}

/** Makes the function that turns a coordinate into weighted taps; indices may still lie outside the axis. */
function interpolation(call: OperatorCall): (coordinate: number) => Taps {
  const mode = call.string('mode', 'nearest');
  if (mode === 'nearest') {
    const name = call.string('nearest_mode', 'round_prefer_floor');
    const round = nearestModes[name];
    if (!round) throw call.unsupported('a known nearest_mode', name);
    return (coordinate) => [[round(coordinate), 1]];
  }
  const reach = mode === 'linear' ? 1 : 2;
  const a = call.float('cubic_coeff_a', -0.75);
  const weight =
    mode === 'linear'
      ? (distance: number) => Math.max(0, 1 - Math.abs(distance))
      : (distance: number) => cubicWeight(distance, a);
  if (mode !== 'linear' && mode !== 'cubic') {
    throw call.unsupported('mode nearest, linear or cubic', mode);
  }
  return (coordinate) => {
    const first = Math.floor(coordinate) - reach + 1;
    return Array.from({ length: 2 * reach }, (_, tap) => [
      first + tap,
      weight(coordinate - (first + tap)),
    ]);
  };
}

/** Taps moved into the axis: beyond its ends the last element repeats, or with `exclude` has no weight. */
function insideAxis(taps: Taps, length: number, exclude: boolean): Taps {
  if (!exclude) {
    return taps.map(([index, weight]) => [Math.min(Math.max(index, 0), length - 1), weight]);
  }
  const inside = taps.filter(([index]) => index >= 0 && index < length);
  const total = inside.reduce((sum, [, weight]) => sum + weight, 0);
  return inside.map(([index, weight]) => [index, weight / total]);
}

/** The lengths and scales of all axes, from the scales operand or the sizes operand. */
function resizedAxes(call: OperatorCall, x: NdArray): AxisResize[] {
  const rank = x.shape.length;
  const axes = call.ints('axes')?.map((axis) => call.axis(axis, rank)) ?? x.shape.map((_, k) => k);
  const result = x.shape.map((length): AxisResize => ({ length, resized: length, scale: 1 }));
  const scales = call.optional(2)?.data ?? [];
  const sizes = call.integers(3) ?? [];
  const given = sizes.length > 0 ? sizes : scales;
  if (given.length !== axes.length) {
    throw call.shapeError(`${axes.length} scales or sizes`, String(given.length));
  }
  if (sizes.length === 0) {
    axes.forEach((axis, index) => {
      const scale = scales[index];
      result[axis] = { length: x.shape[axis], resized: Math.floor(x.shape[axis] * scale), scale };
    });
    return result;
  }
  const ratios = axes.map((axis, index) => sizes[index] / x.shape[axis]);
  const policy = call.string('keep_aspect_ratio_policy', 'stretch');
  const common =
    policy === 'stretch' ? undefined : Math[policy === 'not_larger' ? 'min' : 'max'](...ratios);
  axes.forEach((axis, index) => {
    const length = x.shape[axis];
    const resized = common === undefined ? sizes[index] : Math.round(common * length);
    result[axis] = { length, resized, scale: common ?? ratios[index] };
  });
  return result;
}

/** Mixes the elements along one axis; every output position has its taps. */
function mixAlong(x: NdArray, axis: number, taps: readonly Taps[]): NdArray {
  const { outer, length, inner } = splitAt(x.shape, axis);
  const shape = x.shape.map((other, k) => (k === axis ? taps.length : other));
  const result = new Float64Array(sizeOf(shape));
  for (let block = 0; block < outer; block++) {
    taps.forEach((mix, position) => {
      const to = (block * taps.length + position) * inner;
      for (const [index, weight] of mix) {
        const from = (block * length + index) * inner;
        for (let k = 0; k < inner; k++) result[to + k] += weight * x.data[from + k];
      }
    });
  }
  return ndarray(shape, result, x.dtype);
}

/** Resize: interpolation is separable, so the axes are resized one after the other. */
function resize(call: OperatorCall): NdArray {
  const x = call.input(0);
  if (call.int('antialias', 0) !== 0) throw call.unsupported('antialias 0', 'antialias 1');
  const name = call.string('coordinate_transformation_mode', 'half_pixel');
  const coordinate = coordinateModes[name];
  if (!coordinate) throw call.unsupported('a coordinate mode without a region of interest', name);
  const interpolate = interpolation(call);
  const exclude = call.int('exclude_outside', 0) === 1;
  const axes = resizedAxes(call, x);
  if (axes.some(({ resized }) => !(resized > 0))) {
    throw call.shapeError('lengths of at least 1', formatShape(axes.map((axis) => axis.resized)));
  }
  return axes.reduce((value, axis, index) => {
    if (axis.resized === axis.length && axis.scale === 1) return value;
    const taps = Array.from({ length: axis.resized }, (_, position) =>
      insideAxis(interpolate(coordinate(position, axis)), axis.length, exclude),
    );
    return mixAlong(value, index, taps);
  }, x);
}

/** Resampling. */
export const resizeOperators: Readonly<Record<string, OperatorKernel>> = { Resize: resize };
