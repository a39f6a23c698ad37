import { sizeOf } from '@msanet/tensor';
import { int, ints, resizePlan, type NodeContext, type Value } from '@msanet/onnx';
import type { Emitter } from '../emitter.js';
import { undefinedGradient, type VjpContext } from '../vjp-context.js';
import { vjpRule } from '../vjp-rule.js';
import { applyTransposed, matrixOf, type Matrix } from './linear-map.js';

/** Resize interpolates one axis at a time, each by a constant matrix; the cotangent goes back through the transposes. */
export const resize = vjpRule((context) => {
  const { emit, operator, cotangent: g, inputs } = context;
  const [x] = inputs;
  return [
    () => {
      refuseForms(context);
      const { shape, scales } = resizePlan(operator, x.shape);
      const matrices = x.shape.map((length, axis) =>
        shape[axis] === length && scales[axis] === 1
          ? undefined
          : interpolation(operator, length, shape[axis], scales[axis]),
      );
      const factors = matrices.map((matrix) => (matrix === undefined ? 1 : repeats(matrix)));
      if (emit.uses('block-sums') && isImageEnlargement(factors)) {
        return blockSums(emit, g, factors.slice(2));
      }
      return matrices.reduce(
        (value, matrix, axis) =>
          matrix === undefined ? value : applyTransposed(emit, value, axis, matrix),
        g,
      );
    },
  ];
});

/** How often a matrix repeats every element of a vector, if that is all it does; else `undefined`. */
function repeats({ rows, columns, values }: Matrix): number | undefined {
  const factor = rows / columns;
  const isRepetition = values.every(
    (value, index) =>
      value === (Math.floor(Math.floor(index / columns) / factor) === index % columns ? 1 : 0),
  );
  return Number.isInteger(factor) && isRepetition ? factor : undefined;
}

/** Whether the pixels of images are repeated, and nothing else. */
function isImageEnlargement(factors: readonly (number | undefined)[]): factors is number[] {
  return (
    factors.length === 4 && factors[0] === 1 && factors[1] === 1 && !factors.includes(undefined)
  );
}

/** The sums of blocks of pixels: a depthwise convolution by ones, for which ONNX Runtime has a blocked layout. */
function blockSums(emit: Emitter, g: Value, factors: readonly number[]): Value {
  const channels = g.shape[1];
  const ones = new Float32Array(channels * sizeOf(factors)).fill(1);
  const kernel = emit.constant(g.dtype, ones, [channels, 1, ...factors]);
  return emit.node('Conv', [g, kernel], { group: int(channels), strides: ints(factors) });
}

function refuseForms(context: VjpContext): void {
  const { operator } = context;
  if (operator.attribute('antialias', 'int', 0) !== 0) {
    throw undefinedGradient(context, 'Resize without antialias', 'antialias 1');
  }
  const mode = operator.attribute('coordinate_transformation_mode', 'string', 'half_pixel');
  if (!Object.hasOwn(coordinates, mode)) {
    throw undefinedGradient(context, `one of ${Object.keys(coordinates).join(', ')}`, mode);
  }
}

/** Where a position of the result lies on the axis that it is made of. */
type Coordinate = (position: number, length: number, resized: number, scale: number) => number;

const coordinates: Readonly<Record<string, Coordinate>> = {
  half_pixel: (position, _length, _resized, scale) => (position + 0.5) / scale - 0.5,
  half_pixel_symmetric: (position, length, resized, scale) => {
    const margin = (length * (1 - resized / (scale * length))) / 2;
    return margin + (position + 0.5) / scale - 0.5;
  },
  pytorch_half_pixel: (position, _length, resized, scale) =>
    resized > 1 ? (position + 0.5) / scale - 0.5 : 0,
  align_corners: (position, length, resized) =>
    resized > 1 ? (position * (length - 1)) / (resized - 1) : 0,
  asymmetric: (position, _length, _resized, scale) => position / scale,
};

const roundings: Readonly<Record<string, (coordinate: number) => number>> = {
  round_prefer_floor: (coordinate) => Math.ceil(coordinate - 0.5),
  round_prefer_ceil: (coordinate) => Math.floor(coordinate + 0.5),
  floor: Math.floor,
  ceil: Math.ceil,
};

/** The matrix (resized, length) of one axis (ONNX operator Resize-19). */
function interpolation(
  operator: NodeContext,
  length: number,
  resized: number,
  scale: number,
): Matrix {
  const mode = operator.attribute('mode', 'string', 'nearest');
  const transformation = operator.attribute(
    'coordinate_transformation_mode',
    'string',
    'half_pixel',
  );
  const rounding = roundings[operator.attribute('nearest_mode', 'string', 'round_prefer_floor')];
  const a = operator.attribute('cubic_coeff_a', 'float', -0.75);
  const excludeOutside = operator.attribute('exclude_outside', 'int', 0) !== 0;
  const kernel = mode === 'cubic' ? (distance: number) => keys(distance, a) : hat;
  const reach = mode === 'cubic' ? 2 : 1;
  const rows = Array.from({ length: resized }, (_, position) => {
    const row = new Float64Array(length);
    const at = coordinates[transformation](position, length, resized, scale);
    if (mode === 'nearest') {
      row[clamp(rounding(at), length)] = 1;
      return row;
    }
    let total = 0;
    for (let tap = Math.floor(at) - reach + 1; tap <= Math.floor(at) + reach; tap++) {
      const outside = tap < 0 || tap >= length;
      const weight = outside && excludeOutside ? 0 : kernel(Math.abs(at - tap));
      row[clamp(tap, length)] += weight;
      total += weight;
    }
    return excludeOutside ? row.map((weight) => weight / total) : row;
  });
  return matrixOf(resized, length, (row, column) => rows[row][column]);
}

/** Linear interpolation. */
const hat = (distance: number): number => Math.max(0, 1 - distance);

/** Cubic convolution with coefficient a (Keys 1981). */
function keys(distance: number, a: number): number {
  if (distance <= 1) return ((a + 2) * distance - (a + 3)) * distance ** 2 + 1;
  return distance < 2 ? a * (((distance - 5) * distance + 8) * distance - 4) : 0;
}

const clamp = (index: number, length: number): number => Math.min(Math.max(index, 0), length - 1);
