import type { Tensor } from '@msanet/tensor';
import type { ValueType } from '../graph.js';
import type { InferredValue } from './inferred-value.js';
import type { NodeContext } from './node-context.js';

/** What shape inference knows of one operator. */
export interface OperatorRule {
  /** Fewest and most operands. */
  readonly inputs: readonly [number, number];
  /** Most outputs; 1 when absent. */
  readonly outputs?: number;
  /** The first operator set that has the operator, where that is later than `oldestOpset`. */
  readonly since?: number;
  /** The outputs' types, with their content where it follows from the types alone. */
  readonly infer: (context: NodeContext) => InferredValue[];
  /** The outputs' content; called only when every operand is a small constant and the outputs are small. */
  readonly evaluate?: Evaluation;
}

/** Computes a node's outputs from constant operands; an output that is `undefined` or missing stays unknown. */
export type Evaluation = (
  context: NodeContext,
  outputs: readonly ValueType[],
) => readonly (Tensor | undefined)[];

/** Rules by operator type. */
export type RuleTable = Readonly<Record<string, OperatorRule>>;

/** The oldest operator set whose semantics msanet knows. */
export const oldestOpset = 13;
