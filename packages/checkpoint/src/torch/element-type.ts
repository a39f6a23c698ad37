import { bytesPerElement, type DataType } from '@msanet/tensor';

/** An element type of PyTorch. */
export interface ElementType {
  /** Its PyTorch name, such as `float32`. */
  readonly name: string;
  readonly bytes: number;
  /** Ours; undefined for the types that are not read (complex, quantized, eight-bit floats). */
  readonly dtype: DataType | undefined;
}

function read(dtype: DataType): ElementType {
  return { name: dtype, bytes: bytesPerElement(dtype), dtype };
}

function unread(name: string, bytes: number): ElementType {
  return { name, bytes, dtype: undefined };
}

const bytesType = read('uint8');

const storageClasses: ReadonlyMap<string, ElementType> = new Map([
  ['FloatStorage', read('float32')],
  ['DoubleStorage', read('float64')],
  ['HalfStorage', read('float16')],
  ['BFloat16Storage', read('bfloat16')],
  ['CharStorage', read('int8')],
  ['ShortStorage', read('int16')],
  ['IntStorage', read('int32')],
  ['LongStorage', read('int64')],
  ['ByteStorage', bytesType],
  ['BoolStorage', read('bool')],
  ['ComplexFloatStorage', unread('complex64', 8)],
  ['ComplexDoubleStorage', unread('complex128', 16)],
  ['QInt8Storage', unread('qint8', 1)],
  ['QUInt8Storage', unread('quint8', 1)],
  ['QInt32Storage', unread('qint32', 4)],
  ['QUInt4x2Storage', unread('quint4x2', 1)],
  ['QUInt2x4Storage', unread('quint2x4', 1)],
]);

/** Types without a storage class of their own: their tensors lie in untyped storages. */
const untypedElements: ReadonlyMap<string, ElementType> = new Map([
  ['uint16', read('uint16')],
  ['uint32', read('uint32')],
  ['uint64', read('uint64')],
  ['float8_e4m3fn', unread('float8_e4m3fn', 1)],
  ['float8_e5m2', unread('float8_e5m2', 1)],
]);

const untypedStorageClasses = new Set(['UntypedStorage', '_UntypedStorage']);

/** The element type of a storage class such as `torch FloatStorage`; undefined when it is none. */
export function storageElementType(module: string, name: string): ElementType | undefined {
  if (untypedStorageClasses.has(name)) {
    return module === 'torch.storage' || module === 'torch' ? bytesType : undefined;
  }
  return module === 'torch' || module === 'torch.cuda' ? storageClasses.get(name) : undefined;
}

/** The element type that a dtype such as `torch uint16` names; undefined when it is none. */
export function dtypeElementType(module: string, name: string): ElementType | undefined {
  if (module !== 'torch') return undefined;
  const own = untypedElements.get(name);
  return own ?? [...storageClasses.values()].find((elementType) => elementType.name === name);
}
