import type { Value } from '@msanet/onnx';
import type { VjpContext } from './vjp-context.js';

/** Emits the cotangent of one operand when it is called. */
export type CotangentThunk = () => Value;

/**
 * How one operator pulls cotangents back: the vector-Jacobian product, one thunk per operand.
 *
 * Only the thunks of operands whose gradient is wanted are called, so whatever nobody asks for is never emitted. A
 * missing thunk says that the operand is structural (a shape, indices, a threshold) and has no gradient.
 */
export interface VjpRule {
  readonly kind: 'vjp';
  readonly vjp: (context: VjpContext) => readonly (CotangentThunk | undefined)[];
  /** The operands broadcast: a thunk may return the broadcast shape and the engine sums it back. Default false. */
  readonly broadcasts?: boolean;
  /** How many of the leading outputs may carry a cotangent. Default 1. */
  readonly differentiableOutputs?: number;
  /** The rule replaces the true derivative, so integer values on its path carry floating-point cotangents. Default false. */
  readonly surrogate?: boolean;
}

/** The operator's outputs do not change under small changes of its operands: nothing flows back. */
export interface ZeroGradient {
  readonly kind: 'zero';
  readonly why: string;
}

/** Asking for a gradient through the operator is a mistake, and is reported. */
export interface NotDifferentiable {
  readonly kind: 'undefined';
  readonly why: string;
}

/** What the table says of an operator: a rule, that its gradient is zero, or that there is none. Never silence. */
export type VjpEntry = VjpRule | ZeroGradient | NotDifferentiable;

/** Entries by operator type; operators of another domain than ONNX's own are keyed `domain:OpType`. */
export type VjpTable = Readonly<Record<string, VjpEntry>>;

/** A differentiation rule. */
export function vjpRule(vjp: VjpRule['vjp'], options: Omit<VjpRule, 'kind' | 'vjp'> = {}): VjpRule {
  return { kind: 'vjp', vjp, ...options };
}

/** Declares that the gradient of an operator is zero, and why. */
export const zeroGradient = (why: string): ZeroGradient => ({ kind: 'zero', why });

/** Declares that an operator has no useful gradient, and why. */
export const notDifferentiable = (why: string): NotDifferentiable => ({ kind: 'undefined', why });
