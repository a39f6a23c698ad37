import type { DataType } from '@msanet/tensor';

/** A set of element types that an operand may have, with the name that errors use. */
export interface TypeClass {
  readonly name: string;
  readonly types: ReadonlySet<DataType>;
}

const floats = ['float32', 'float64', 'float16', 'bfloat16'] as const;
const signed = ['int8', 'int16', 'int32', 'int64'] as const;
const unsigned = ['uint8', 'uint16', 'uint32', 'uint64'] as const;
const classOf = (name: string, types: readonly DataType[]): TypeClass => ({
  name,
  types: new Set(types),
});

/** Every element type. */
export const anyType = classOf('any', [...floats, ...signed, ...unsigned, 'bool']);
/** Floating-point types. */
export const floating = classOf('floating-point', floats);
/** Floating-point and integer types. */
export const numeric = classOf('numeric', [...floats, ...signed, ...unsigned]);
/** Floating-point and signed integer types. */
export const signedNumeric = classOf('signed numeric', [...floats, ...signed]);
/** The types of indices and axes. */
export const indexType = classOf('int32 or int64', ['int32', 'int64']);
/** int64 only: shapes, counts and pads. */
export const int64Type = classOf('int64', ['int64']);
/** bool only. */
export const boolean = classOf('bool', ['bool']);
/** What QuantizeLinear writes and DequantizeLinear reads. */
export const quantized = classOf('quantized integer', [
  'int8',
  'uint8',
  'int16',
  'uint16',
  'int32',
]);
