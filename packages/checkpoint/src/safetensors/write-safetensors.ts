import { bytesPerElement, type Tensor } from '@msanet/tensor';
import { invalidCheckpoint } from '../invalid-checkpoint.js';
import { safetensorsNames } from './data-types.js';
import { metadataName } from './header.js';

/**
 * Writes tensors as a safetensors file (https://huggingface.co/docs/safetensors, "Format").
 *
 * Header and data follow the reference implementation: the widest element types come first, names break ties, and spaces
 * pad the header to a multiple of eight bytes, so every tensor is aligned. The same content gives the same bytes.
 *
 * @param metadata texts by name for `__metadata__`; left out when there are none
 * @throws MsanetError `CHECKPOINT_INVALID` when a tensor is named `__metadata__`.
 */
export function writeSafetensors(
  tensors: ReadonlyMap<string, Tensor>,
  metadata: ReadonlyMap<string, string> = new Map(),
): Uint8Array {
  if (tensors.has(metadataName)) {
    throw invalidCheckpoint(
      'safetensors file',
      'tensor names other than those of the format',
      metadataName,
      'name the tensor differently',
    );
  }
  const inOrder = [...tensors].sort(([nameA, a], [nameB, b]) => {
    const wider = bytesPerElement(b.dtype) - bytesPerElement(a.dtype);
    return wider || (nameA < nameB ? -1 : 1);
  });
  const header: [string, unknown][] = [];
  if (metadata.size > 0) header.push([metadataName, Object.fromEntries(metadata)]);
  let end = 0;
  for (const [name, { dtype, shape, data }] of inOrder) {
    const begin = end;
    end += data.byteLength;
    header.push([name, { dtype: safetensorsNames[dtype], shape, data_offsets: [begin, end] }]);
  }
  const json = Buffer.from(JSON.stringify(Object.fromEntries(header)));
  const dataStart = 8 + Math.ceil(json.length / 8) * 8;
  const file = new Uint8Array(dataStart + end).fill(0x20, 8, dataStart);
  new DataView(file.buffer).setBigUint64(0, BigInt(dataStart - 8), true);
  file.set(json, 8);
  let position = dataStart;
  for (const [, { data }] of inOrder) {
    file.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), position);
    position += data.byteLength;
  }
  return file;
}
