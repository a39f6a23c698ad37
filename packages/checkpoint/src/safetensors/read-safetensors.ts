import type { Tensor } from '@msanet/tensor';
import type { Checkpoint } from '../checkpoint.js';
import { elementsIn } from '../elements.js';
import type { MemoryAllowance } from '../memory-allowance.js';
import { readHeader } from './header.js';

/**
 * Reads a safetensors file (https://huggingface.co/docs/safetensors, "Format").
 *
 * @throws MsanetError `CHECKPOINT_INVALID` when the file breaks the format's rules or holds a type that is not read.
 */
export function readSafetensors(
  file: Uint8Array,
  where: string,
  allowance: MemoryAllowance,
): Checkpoint {
  const { entries, metadata, dataStart } = readHeader(file, where);
  const tensors = new Map<string, Tensor>();
  for (const { name, dtype, shape, begin, end } of entries) {
    const bytes = file.subarray(dataStart + begin, dataStart + end);
    const source = { littleEndian: true, allowance, where: `${where}: ${name}` };
    tensors.set(name, { dtype, shape, data: elementsIn(bytes, dtype, source) });
  }
  return { format: 'safetensors', tensors, metadata };
}
