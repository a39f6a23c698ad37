import { float32 } from '@msanet/tensor';
import type { GraphBuilder, Value } from '@msanet/onnx';

/** A value times a number; the value itself for the number 1. */
export function scaled(builder: GraphBuilder, x: Value, factor: number, name: string): Value {
  if (factor === 1) return x;
  const constant = builder.constant(float32([factor], []), `${name}.factor`);
  return builder.apply('Mul', [x, constant], {}, name);
}
