// Reading
export { parseCheckpoint, readCheckpoint } from './read-checkpoint.js';
export type { ReadCheckpointOptions } from './read-checkpoint.js';
export type { Checkpoint, CheckpointFormat } from './checkpoint.js';
// What a checkpoint holds besides its tensors
export { InertClass, InertValue } from './inert.js';
export { StorageView } from './torch/storage.js';
export type { Storage } from './torch/storage.js';
export { StoredTensor } from './torch/stored-tensor.js';
export type { ElementType } from './torch/element-type.js';
export type { CheckpointValue } from './value.js';
// Writing
export { writeSafetensors } from './safetensors/write-safetensors.js';
