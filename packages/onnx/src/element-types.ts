import type { DataType } from '@msanet/tensor';

/** `TensorProto.DataType` of the ONNX schema (onnx.proto3) for every element type that msanet holds. */
const codes: { readonly [D in DataType]: number } = {
  float32: 1,
  uint8: 2,
  int8: 3,
  uint16: 4,
  int16: 5,
  int32: 6,
  int64: 7,
  bool: 9,
  float16: 10,
  float64: 11,
  uint32: 12,
  uint64: 13,
  bfloat16: 16,
};
const dataTypes = new Map(Object.entries(codes).map(([name, code]) => [code, name as DataType]));
const foreign: ReadonlyMap<number, string> = new Map([
  [0, 'undefined'],
  [8, 'string'],
  [14, 'complex64'],
  [15, 'complex128'],
  [17, 'float8e4m3fn'],
  [18, 'float8e4m3fnuz'],
  [19, 'float8e5m2'],
  [20, 'float8e5m2fnuz'],
  [21, 'uint4'],
  [22, 'int4'],
  [23, 'float4e2m1'],
  [24, 'float8e8m0'],
]);

/** The number that ONNX gives an element type, as the attribute `to` of Cast holds it. */
export function elementTypeCode(dtype: DataType): number {
  return codes[dtype];
}

/** The element type of an ONNX number, or `undefined` for one that msanet does not hold. */
export function dataTypeOfCode(code: number): DataType | undefined {
  return dataTypes.get(code);
}

/** How a sentence names an ONNX element type: `float8e5m2 (19)`. */
export function describeElementType(code: number): string {
  return `${dataTypes.get(code) ?? foreign.get(code) ?? 'element type'} (${code})`;
}
