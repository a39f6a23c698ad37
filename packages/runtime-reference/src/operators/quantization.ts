import { formatShape, type DataType } from '@msanet/tensor';
import type { OperatorCall, OperatorKernel } from '../operator-call.js';
import { keptAs, ndarray, type NdArray } from '../ndarray.js';
import { roundHalfToEven } from './unary.js';

const ranges: Partial<Record<DataType, readonly [number, number]>> = {
  int8: [-128, 127],
  uint8: [0, 255],
  int16: [-32768, 32767],
  uint16: [0, 65535],
};

/** Which element of the scale (and zero point) belongs to each element of x: one for all, or one per slice of `axis`. */
function scaleIndex(call: OperatorCall, x: NdArray, scale: NdArray): (index: number) => number {
  if (call.int('block_size', 0) !== 0) throw call.unsupported('block_size 0', 'blocked scales');
  if (scale.data.length === 1) return () => 0;
  const axis = call.axis(call.int('axis', 1), x.shape.length);
  if (scale.shape.length !== 1 || scale.data.length !== x.shape[axis]) {
    throw call.shapeError(`one scale, or ${x.shape[axis]}`, formatShape(scale.shape));
  }
  const inner = x.shape.slice(axis + 1).reduce((size, length) => size * length, 1);
  return (index) => Math.floor(index / inner) % x.shape[axis];
}

/** y = saturate(round(x / scale) + zero point), rounding halves to even. */
function quantize(call: OperatorCall): NdArray {
  const [x, scale, zeroPoint] = [call.input(0), call.input(1), call.optional(2)];
  const dtype = zeroPoint?.dtype ?? 'uint8';
  const range = ranges[dtype];
  if (!range) throw call.unsupported('an 8- or 16-bit integer zero point', dtype);
  const entry = scaleIndex(call, x, scale);
  const data = x.data.map((value, index) => {
    const which = entry(index);
    const level = roundHalfToEven(value / scale.data[which]) + (zeroPoint?.data[which] ?? 0);
    return Math.min(Math.max(level, range[0]), range[1]);
  });
  return ndarray(x.shape, data, dtype);
}

/** y = (x − zero point) · scale. */
function dequantize(call: OperatorCall): NdArray {
  const [x, scale, zeroPoint] = [call.input(0), call.input(1), call.optional(2)];
  const entry = scaleIndex(call, x, scale);
  const data = x.data.map((value, index) => {
    const which = entry(index);
    return (value - (zeroPoint?.data[which] ?? 0)) * scale.data[which];
  });
  return ndarray(x.shape, data, keptAs(scale.dtype));
}

/** Linear quantisation. */
export const quantizationOperators: Readonly<Record<string, OperatorKernel>> = {
  QuantizeLinear: quantize,
  DequantizeLinear: dequantize,
};
