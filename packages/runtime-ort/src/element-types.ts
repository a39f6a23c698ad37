import { MsanetError, type DataType, type Tensor } from '@msanet/tensor';
import type { ValueInfo } from '@msanet/onnx';
import type { Tensor as OrtTensor } from 'onnxruntime-node';
import type { Ort } from './load-ort.js';

/** The element types that the Node binding of ONNX Runtime exchanges; it has none for bfloat16. */
type ExchangedType = Exclude<DataType, 'bfloat16'>;

/**
 * Refuses graph inputs and outputs of a type that cannot be exchanged with ONNX Runtime.
 *
 * @throws MsanetError `DTYPE_MISMATCH`
 */
export function checkExchanged(values: readonly ValueInfo[], graph: string): void {
  const value = values.find(({ dtype }) => dtype === 'bfloat16');
  if (!value) return;
  throw new MsanetError({
    code: 'DTYPE_MISMATCH',
    where: `graph ${graph}, value ${value.name}`,
    expected: 'an element type that onnxruntime-node exchanges',
    got: value.dtype,
    remedy: 'add a Cast to float32 at the edge of the graph',
  });
}

/** Wraps a tensor for ONNX Runtime over the same memory. */
export function toOrt(ort: Ort, { dtype, shape, data }: Tensor): OrtTensor {
  const constructor: new (
    type: ExchangedType,
    data: Tensor['data'],
    dims: readonly number[],
  ) => OrtTensor = ort.Tensor;
  return new constructor(dtype as ExchangedType, data, [...shape]);
}

/** Wraps what ONNX Runtime returned over the same memory. */
export function fromOrt({ type, dims, data }: OrtTensor): Tensor {
  const dtype = type as DataType;
  // A Node.js that has Float16Array gets one from the binding; our half precision is raw bits.
  if (dtype === 'float16' && !(data instanceof Uint16Array)) {
    const { buffer, byteOffset, length } = data as unknown as Uint16Array<ArrayBuffer>;
    return { dtype, shape: dims, data: new Uint16Array(buffer, byteOffset, length) };
  }
  return { dtype, shape: dims, data: data as Tensor['data'] };
}
