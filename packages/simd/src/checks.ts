import { holds, kernels } from './tiles.js';

/** Whether all values are in [0, 1]; neither −0 nor NaN is. */
export function isInsideUnitRange(values: Float32Array): boolean {
  return holds(values, kernels.isInsideUnitRange);
}

/** Whether no value is NaN or infinite. */
export function areFinite(values: Float32Array): boolean {
  return holds(values, kernels.areFinite);
}

/** Whether every value is level / 255 in float32 for a whole level from 0 to 255. */
export function isOnGrid(values: Float32Array): boolean {
  return holds(values, kernels.isOnGrid);
}
