import type { Tensor } from '@msanet/tensor';
import type { ValueType } from '../graph.js';

/** What inference knows of a value: element type, fixed shape, and the content where it follows from constants. */
export interface InferredValue extends ValueType {
  readonly constant?: Tensor;
}
