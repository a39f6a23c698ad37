import type { Tensor } from '@msanet/tensor';
import type { CheckpointValue } from './value.js';

/** The containers that are read: torch.save since PyTorch 1.6, torch.save before it, and safetensors. */
export type CheckpointFormat = 'pytorch-zip' | 'pytorch-stream' | 'safetensors';

/** The named tensors of a checkpoint, and what else it holds as plain data. */
export interface Checkpoint {
  readonly format: CheckpointFormat;
  /**
   * The tensors of the state dict, in the order of the file.
   *
   * They are views of the file's memory where alignment permits, so tensors that share a storage share their elements.
   */
  readonly tensors: ReadonlyMap<string, Tensor>;
  /** Everything else by name: epoch, optimizer, configuration; the `__metadata__` of a safetensors file. */
  readonly metadata: ReadonlyMap<string, CheckpointValue>;
}
