import type { InertClass } from '../inert.js';
import type { PickleHost, PickleMachine } from '../pickle/pickle-machine.js';
import type { CheckpointValue } from '../value.js';
import { StorageTable } from './persistent-id.js';
import { rebuildTensor } from './rebuild-tensor.js';

/** What PyTorch's persistent ids and tensor functions mean to the unpickler. */
export class TorchHost implements PickleHost {
  /** The storages that the pickle has referred to so far. */
  readonly storages = new StorageTable();

  persistent(id: CheckpointValue, machine: PickleMachine): CheckpointValue {
    return this.storages.resolve(id, machine.fail);
  }

  construct(
    callee: InertClass,
    args: readonly CheckpointValue[],
    machine: PickleMachine,
  ): CheckpointValue | undefined {
    return rebuildTensor(callee, args, machine.fail);
  }
}
