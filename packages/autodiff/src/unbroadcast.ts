import { sameShape, type Shape } from '@msanet/tensor';
import type { Value } from '@msanet/onnx';
import type { Emitter } from './emitter.js';

/**
 * Sums a cotangent over the axes along which its operand was broadcast: the adjoint of broadcasting.
 *
 * A shape that `shape` does not broadcast to is returned as it is, for the caller to report.
 */
export function unbroadcast(emit: Emitter, cotangent: Value, shape: Shape): Value {
  if (sameShape(cotangent.shape, shape)) return cotangent;
  const extra = cotangent.shape.length - shape.length;
  const repeated = cotangent.shape.flatMap((length, axis) =>
    axis < extra || (shape[axis - extra] === 1 && length !== 1) ? [axis] : [],
  );
  const kept = cotangent.shape.map((length, axis) => (repeated.includes(axis) ? 1 : length));
  if (extra < 0 || !sameShape(kept.slice(extra), shape)) return cotangent;
  return emit.reshape(emit.sum(cotangent, repeated), shape);
}
