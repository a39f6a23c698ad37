// Errors
export { MsanetError, errorCatalogue, isMsanetError } from './errors.js';
export type { ErrorCode, ErrorReport } from './errors.js';
// Shapes
export {
  broadcastShapes,
  formatShape,
  normalizeAxis,
  sameShape,
  sizeOf,
  stridesOf,
} from './shape.js';
export type { Shape } from './shape.js';
// Tensors
export {
  allocate,
  bytesPerElement,
  expectDataType,
  float32,
  float64,
  int64,
  isDataType,
  tensor,
  zeros,
} from './tensor.js';
export type { DataType, Tensor, TypedArrays } from './tensor.js';
export { bfloat16ToFloat32, float16ToFloat32, float32ToFloat16 } from './half.js';
// Random numbers
export { Random, hash64, philox4x32 } from './random.js';
// Files
export { readNpy, writeNpy } from './npy.js';
