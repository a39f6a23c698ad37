import { sizeOf, type DataType } from '@msanet/tensor';
import type { OperatorCall, OperatorKernel } from '../operator-call.js';
import {
  filled,
  fromTensor,
  int64Vector,
  isFloating,
  keptAs,
  ndarray,
  type NdArray,
} from '../ndarray.js';
import { splitAt } from '../strided.js';
import { wrapIntegers } from './elementwise.js';

/** Constant, with its value in any of the numeric attributes. */
function constant(call: OperatorCall): NdArray {
  const attributes = Object.values(call.node.attributes);
  for (const attribute of attributes) {
    if (attribute.type === 'tensor') return fromTensor(attribute.value);
    if (attribute.type === 'float') return filled([], attribute.value);
    if (attribute.type === 'int') return filled([], attribute.value, 'int64');
    if (attribute.type === 'ints') return int64Vector(attribute.value);
    if (attribute.type === 'floats') {
      return ndarray([attribute.value.length], Float64Array.from(attribute.value));
    }
  }
  throw call.unsupported('a numeric value', attributes.map(({ type }) => type).join() || 'none');
}

function constantOfShape(call: OperatorCall): NdArray {
  const shape = call.integers(0) ?? [];
  const attribute = call.node.attributes.value;
  if (attribute?.type !== 'tensor') return filled(shape);
  const value = fromTensor(attribute.value);
  return filled(shape, value.data[0], value.dtype);
}

function shapeOf(call: OperatorCall): NdArray {
  const { shape } = call.input(0);
  return int64Vector(shape.slice(call.int('start', 0), call.int('end', shape.length)));
}

function range(call: OperatorCall): NdArray {
  const [start, limit, delta] = [call.scalar(0), call.scalar(1), call.scalar(2)];
  const length = Math.max(Math.ceil((limit - start) / delta), 0);
  const data = Float64Array.from({ length }, (_, index) => start + index * delta);
  return ndarray([length], data, call.input(0).dtype);
}

/** OneHot: `values` is [off, on]; negative indices count from the end, indices out of range give no on-value. */
function oneHot(call: OperatorCall): NdArray {
  const [indices, values] = [call.input(0), call.input(2)];
  const depth = call.scalar(1);
  const axis = call.axis(call.int('axis', -1), indices.shape.length + 1);
  const [off, on] = values.data;
  const shape = [...indices.shape.slice(0, axis), depth, ...indices.shape.slice(axis)];
  const { outer, inner } = splitAt(shape, axis);
  const result = new Float64Array(sizeOf(shape)).fill(off);
  for (let block = 0; block < outer; block++) {
    for (let column = 0; column < inner; column++) {
      const index = indices.data[block * inner + column];
      const hot = index < 0 ? index + depth : index;
      if (hot >= 0 && hot < depth) result[(block * depth + hot) * inner + column] = on;
    }
  }
  return ndarray(shape, result, values.dtype);
}

/** ONNX's numbers for the element types, as `Cast` and `EyeLike` name them. */
const elementTypes: Readonly<Record<number, DataType>> = {
  1: 'float32',
  2: 'uint8',
  3: 'int8',
  4: 'uint16',
  5: 'int16',
  6: 'int32',
  7: 'int64',
  9: 'bool',
  10: 'float16',
  11: 'float64',
  12: 'uint32',
  13: 'uint64',
  16: 'bfloat16',
};

function elementType(call: OperatorCall, code: number): DataType {
  const dtype = elementTypes[code];
  if (dtype) return dtype;
  throw call.unsupported('a numeric element type', `type ${code}`);
}

function eyeLike(call: OperatorCall): NdArray {
  const x = call.input(0);
  const [, columns] = x.shape;
  const code = call.int('dtype', 0);
  const dtype = code === 0 ? x.dtype : keptAs(elementType(call, code));
  const diagonal = call.int('k', 0);
  const data = x.data.map((_, index) =>
    (index % columns) - Math.floor(index / columns) === diagonal ? 1 : 0,
  );
  return ndarray(x.shape, data, dtype);
}

/** Converts between element types: to bool by ≠ 0, to integers towards zero. Floating-point types are all doubles. */
function convert(x: NdArray, dtype: DataType): NdArray {
  if (isFloating(dtype)) return { ...x, dtype: 'float64' };
  if (dtype === 'bool') return { ...x, dtype, data: x.data.map((value) => (value === 0 ? 0 : 1)) };
  return wrapIntegers({ ...x, dtype });
}

/** Operators that make or convert values. */
export const generationOperators: Readonly<Record<string, OperatorKernel>> = {
  Constant: constant,
  ConstantOfShape: constantOfShape,
  Shape: shapeOf,
  Size: (call) => filled([], call.input(0).data.length, 'int64'),
  Range: range,
  OneHot: oneHot,
  EyeLike: eyeLike,
  Cast: (call) => convert(call.input(0), elementType(call, call.required('to', 'int'))),
  CastLike: (call) => convert(call.input(0), call.input(1).dtype),
};
