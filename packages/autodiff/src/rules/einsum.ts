import { einsumPlan, string, type EinsumPlan, type Value } from '@msanet/onnx';
import type { Emitter } from '../emitter.js';
import { undefinedGradient } from '../vjp-context.js';
import { vjpRule } from '../vjp-rule.js';

/** An operand with the label of each of its axes. */
interface Term {
  readonly value: Value;
  readonly labels: readonly string[];
}

/**
 * Einsum is linear in every operand: its cotangent is the Einsum of the output's cotangent with all other operands,
 * repeated along the axes that only this operand has.
 */
export const einsum = vjpRule((context) => {
  const { emit, operator, cotangent, inputs } = context;
  const plan = einsumPlan(
    operator,
    inputs.map(({ shape }) => shape),
  );
  return inputs.map((operand, index) => () => {
    const labels = plan.operands[index];
    if (new Set(labels).size !== labels.length) {
      throw undefinedGradient(
        context,
        'an equation without an index that occurs twice in one operand',
        operator.attribute('equation', 'string'),
      );
    }
    const others = inputs
      .map((value, other) => ({ value, labels: plan.operands[other] }))
      .filter((_, other) => other !== index);
    const g = { value: cotangent, labels: plan.output };
    return operandGradient(emit, plan, operand, labels, g, others);
  });
});

function operandGradient(
  emit: Emitter,
  plan: EinsumPlan,
  operand: Value,
  labels: readonly string[],
  g: Term,
  others: readonly Term[],
): Value {
  const terms = others.map((term) => withoutBroadcast(emit, term, plan));
  const factors = g.labels.length === 0 ? terms : [g, ...terms];
  const available = new Set(factors.flatMap((term) => term.labels));
  // An axis of length 1 that was broadcast is summed over: its label is left out.
  const kept = labels.filter(
    (label, axis) => available.has(label) && operand.shape[axis] === plan.lengths.get(label),
  );
  const product = factors.length === 0 ? g.value : contract(emit, factors, kept);
  const scaled = g.labels.length === 0 && factors.length > 0 ? emit.mul(product, g.value) : product;
  const unrepeated = labels.map((label, axis) => (kept.includes(label) ? operand.shape[axis] : 1));
  return emit.expand(emit.reshape(scaled, unrepeated), operand.shape);
}

/** Drops the axes of length 1 that an ellipsis broadcasts. */
function withoutBroadcast(emit: Emitter, { value, labels }: Term, plan: EinsumPlan): Term {
  const full = labels.flatMap((label, axis) =>
    value.shape[axis] === plan.lengths.get(label) ? [axis] : [],
  );
  return {
    value: emit.reshape(
      value,
      full.map((axis) => value.shape[axis]),
    ),
    labels: full.map((axis) => labels[axis]),
  };
}

function contract(emit: Emitter, terms: readonly Term[], result: readonly string[]): Value {
  const all = [...new Set(terms.flatMap(({ labels }) => labels))];
  const letters = (labels: readonly string[]): string =>
    labels.map((label) => alphabet[all.indexOf(label)]).join('');
  const equation = `${terms.map(({ labels }) => letters(labels)).join()}->${letters(result)}`;
  return emit.node(
    'Einsum',
    terms.map(({ value }) => value),
    { equation: string(equation) },
  );
}

const alphabet = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';
