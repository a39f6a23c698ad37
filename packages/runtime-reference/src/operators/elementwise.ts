import { broadcastShapes, sameShape, sizeOf, type DataType, type Shape } from '@msanet/tensor';
import type { OperatorCall, OperatorKernel } from '../operator-call.js';
import { isFloating, ndarray, type NdArray } from '../ndarray.js';
import { broadcastStrides, stridedOffsets } from '../strided.js';

/** The elements of a value, repeated to a shape it broadcasts to. */
export function broadcastData(value: NdArray, shape: Shape): Float64Array {
  if (sameShape(value.shape, shape)) return value.data;
  const offsets = stridedOffsets(shape, broadcastStrides(value.shape, shape));
  const result = new Float64Array(offsets.length);
  for (let index = 0; index < result.length; index++) result[index] = value.data[offsets[index]];
  return result;
}

/** Applies a function to pairs of elements under multidirectional broadcasting. */
export function broadcastBinary(
  call: OperatorCall,
  a: NdArray,
  b: NdArray,
  map: (x: number, y: number) => number,
  dtype: DataType = a.dtype,
): NdArray {
  const shape = broadcastShapes(a.shape, b.shape, call.where);
  const left = broadcastData(a, shape);
  const right = broadcastData(b, shape);
  const result = new Float64Array(sizeOf(shape));
  for (let index = 0; index < result.length; index++) {
    result[index] = map(left[index], right[index]);
  }
  return ndarray(shape, result, dtype);
}

const integerViews: Partial<Record<DataType, new (length: number) => { [index: number]: number }>> =
  {
    int8: Int8Array,
    int16: Int16Array,
    int32: Int32Array,
    uint8: Uint8Array,
    uint16: Uint16Array,
    uint32: Uint32Array,
  };

/** Brings the result of integer arithmetic back into its type: the fraction is cut off, overflow wraps around. */
export function wrapIntegers(value: NdArray): NdArray {
  if (isFloating(value.dtype)) return value;
  const data = value.data.map(Math.trunc);
  const View = integerViews[value.dtype];
  if (!View) return { ...value, data };
  const cell = new View(1);
  return {
    ...value,
    data: data.map((integer) => {
      cell[0] = integer;
      return cell[0];
    }),
  };
}

function sameTypes(call: OperatorCall, a: NdArray, b: NdArray): void {
  if (a.dtype !== b.dtype) {
    throw call.error(
      'DTYPE_MISMATCH',
      'operands of one element type',
      `${a.dtype} and ${b.dtype}`,
      'cast one of them',
    );
  }
}

function arithmetic(map: (x: number, y: number) => number): OperatorKernel {
  return (call) => {
    const [a, b] = [call.input(0), call.input(1)];
    sameTypes(call, a, b);
    return wrapIntegers(broadcastBinary(call, a, b, map));
  };
}

function comparison(test: (x: number, y: number) => boolean): OperatorKernel {
  return (call) => {
    const [a, b] = [call.input(0), call.input(1)];
    sameTypes(call, a, b);
    return broadcastBinary(call, a, b, (x, y) => (test(x, y) ? 1 : 0), 'bool');
  };
}

/** Folds any number of operands, broadcast together. */
function variadic(map: (x: number, y: number) => number): OperatorKernel {
  return (call) => {
    const [first = call.input(0), ...rest] = call.operands;
    return rest.reduce((sum, operand) => {
      sameTypes(call, sum, operand);
      return broadcastBinary(call, sum, operand, map);
    }, first);
  };
}

/** Remainder with the sign of the divisor, as integer `Mod` wants it. */
function floorModulo(x: number, y: number): number {
  const rest = x % y;
  return rest !== 0 && rest < 0 !== y < 0 ? rest + y : rest;
}

function mod(call: OperatorCall): NdArray {
  const [a, b] = [call.input(0), call.input(1)];
  sameTypes(call, a, b);
  const truncated = call.int('fmod', 0) === 1;
  if (isFloating(a.dtype) && !truncated) {
    throw call.error('GRAPH_INVALID', 'fmod 1 for floating-point operands', 'fmod 0', 'set fmod');
  }
  return broadcastBinary(call, a, b, truncated ? (x, y) => x % y : floorModulo);
}

function mean(call: OperatorCall): NdArray {
  const sum = elementwiseOperators.Sum(call) as NdArray;
  const count = call.operands.length;
  return { ...sum, data: sum.data.map((x) => x / count) };
}

function where(call: OperatorCall): NdArray {
  const [condition, a, b] = [call.input(0), call.input(1), call.input(2)];
  sameTypes(call, a, b);
  const shape = broadcastShapes(
    broadcastShapes(condition.shape, a.shape, call.where),
    b.shape,
    call.where,
  );
  const test = broadcastData(condition, shape);
  const yes = broadcastData(a, shape);
  const no = broadcastData(b, shape);
  return ndarray(
    shape,
    test.map((flag, index) => (flag !== 0 ? yes[index] : no[index])),
    a.dtype,
  );
}

/** Clip(x, min, max) = Min(max, Max(x, min)); a bound that is omitted does not bind. */
function clip(call: OperatorCall): NdArray {
  const { shape, data, dtype } = call.input(0);
  const low = call.optional(1) ? call.scalar(1) : -Infinity;
  const high = call.optional(2) ? call.scalar(2) : Infinity;
  return ndarray(
    shape,
    data.map((x) => Math.min(high, Math.max(x, low))),
    dtype,
  );
}

/** f(x) = slope · x for x < 0, else x; the slope broadcasts to x. */
function pRelu(call: OperatorCall): NdArray {
  const x = call.input(0);
  const slope = call.input(1);
  if (!sameShape(broadcastShapes(x.shape, slope.shape, call.where), x.shape)) {
    throw call.shapeError(`a slope that broadcasts to (${x.shape})`, `(${slope.shape})`);
  }
  return broadcastBinary(call, x, slope, (value, factor) => (value < 0 ? factor * value : value));
}

/** Elementwise operators of several operands, with multidirectional broadcasting. */
export const elementwiseOperators: Readonly<Record<string, OperatorKernel>> = {
  Add: arithmetic((x, y) => x + y),
  Sub: arithmetic((x, y) => x - y),
  Mul: arithmetic((x, y) => x * y),
  Div: arithmetic((x, y) => x / y),
  Mod: mod,
  Pow: (call) => wrapIntegers(broadcastBinary(call, call.input(0), call.input(1), Math.pow)),
  Equal: comparison((x, y) => x === y),
  Greater: comparison((x, y) => x > y),
  GreaterOrEqual: comparison((x, y) => x >= y),
  Less: comparison((x, y) => x < y),
  LessOrEqual: comparison((x, y) => x <= y),
  And: comparison((x, y) => x !== 0 && y !== 0),
  Or: comparison((x, y) => x !== 0 || y !== 0),
  Xor: comparison((x, y) => (x !== 0) !== (y !== 0)),
  Sum: variadic((x, y) => x + y),
  Max: variadic(Math.max),
  Min: variadic(Math.min),
  Mean: mean,
  Where: where,
  Clip: clip,
  PRelu: pRelu,
};
