import type { DataType } from '@msanet/tensor';

/** The name of each element type in a safetensors header. The format's other types (F8_E4M3, C64, …) are not read. */
export const safetensorsNames: { readonly [D in DataType]: string } = {
  float32: 'F32',
  float64: 'F64',
  float16: 'F16',
  bfloat16: 'BF16',
  int8: 'I8',
  int16: 'I16',
  int32: 'I32',
  int64: 'I64',
  uint8: 'U8',
  uint16: 'U16',
  uint32: 'U32',
  uint64: 'U64',
  bool: 'BOOL',
};

const dataTypes = new Map<string, DataType>();
for (const [dtype, name] of Object.entries(safetensorsNames))
  dataTypes.set(name, dtype as DataType);

/** The element type that a safetensors header names; undefined when it is not read. */
export function dataTypeOf(name: string): DataType | undefined {
  return dataTypes.get(name);
}
