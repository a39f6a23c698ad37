import { MsanetError } from '@msanet/tensor';
import type { Node, NodeContext, Value } from '@msanet/onnx';
import type { Emitter } from './emitter.js';
import type { VjpRule } from './vjp-rule.js';

/** What a rule sees of the node it differentiates. */
export interface VjpContext {
  readonly node: Node;
  /** Resolves the node's attributes. */
  readonly operator: NodeContext;
  /** Writes nodes into the graph, named after the node. */
  readonly emit: Emitter;
  /** The operands of the forward pass; an omitted optional one is `undefined`. */
  readonly inputs: readonly Value[];
  /** The results of the forward pass; an omitted one is `undefined`. */
  readonly outputs: readonly Value[];
  /** The cotangent of the first output. */
  readonly cotangent: Value;
  /** The cotangents of all outputs; `undefined` stands for zero. */
  readonly cotangents: readonly (Value | undefined)[];
  /** Which operands' gradients are wanted. */
  readonly wanted: readonly boolean[];
  /** The rules that the cotangent of the first output comes from; `undefined` for a cotangent that enters there. */
  readonly sources: readonly (VjpRule | undefined)[];
  /** The rule that takes the cotangent of the first operand; `undefined` where that is what was asked for. */
  readonly target: VjpRule | undefined;
}

/** A `GRADIENT_UNDEFINED` error about the node, for the rule to throw. */
export function undefinedGradient(
  { node }: VjpContext,
  expected: string,
  got: string,
  remedy = 'rewrite the graph without it',
): MsanetError {
  return new MsanetError({
    code: 'GRADIENT_UNDEFINED',
    where: `gradient of node ${node.name} (${node.opType})`,
    expected,
    got,
    remedy,
  });
}
