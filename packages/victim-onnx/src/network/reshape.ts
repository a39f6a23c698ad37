import { int64, type Shape } from '@msanet/tensor';
import type { GraphBuilder, Value } from '@msanet/onnx';

/** Gives a value another fixed shape of as many elements; the node is named `name`. */
export function reshape(builder: GraphBuilder, value: Value, shape: Shape, name: string): Value {
  const target = builder.constant(int64(shape), `${name}.shape`);
  return builder.apply('Reshape', [value, target], {}, name);
}
