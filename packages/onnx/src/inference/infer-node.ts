import { MsanetError, type Tensor } from '@msanet/tensor';
import type { Node, ValueType } from '../graph.js';

/** What inference knows of a value: element type, fixed shape, and the content where it follows from constants. */
export interface InferredValue extends ValueType {
  readonly constant?: Tensor;
}

/**
 * Element types and shapes of a node's outputs.
 *
 * @param inputs what is known of each operand; `undefined` for an omitted optional one
 * @param opset the version of the node's operator set
 * @throws MsanetError `OPERATOR_UNSUPPORTED`, `SHAPE_MISMATCH`, `DTYPE_MISMATCH`, `SHAPE_UNKNOWN` or `GRAPH_INVALID`,
 *   each naming the node
 */
export function inferNode(
  node: Node,
  inputs: readonly (InferredValue | undefined)[],
  opset: number,
): InferredValue[] {
  throw new MsanetError({
    code: 'OPERATOR_UNSUPPORTED',
    where: `node ${node.name}`,
    expected: 'an operator with a shape rule',
    got: `${node.opType} of opset ${opset} with ${inputs.length} inputs`,
    remedy: 'add a rule to the table of shape inference',
  });
}
