import { formatShape, sizeOf, type Shape } from '@msanet/tensor';
import type { Node } from '../graph.js';
import type { InferredValue } from './inferred-value.js';
import { NodeContext } from './node-context.js';
import { oldestOpset, type OperatorRule } from './operator-rule.js';
import { operatorTable } from './operator-table.js';

export type { InferredValue } from './inferred-value.js';

/** Constants up to this many elements are computed; shape arithmetic needs no more, and weights stay untouched. */
const largestEvaluated = 1024;

/**
 * Element types and shapes of a node's outputs, and their content where it follows from small constants.
 *
 * @param inputs what is known of each operand; `undefined` for an omitted optional one
 * @param opset the version of the node's operator set
 * @returns one value per output that the node declares
 * @throws MsanetError `OPERATOR_UNSUPPORTED`, `SHAPE_MISMATCH`, `DTYPE_MISMATCH`, `SHAPE_UNKNOWN` or `GRAPH_INVALID`,
 *   each naming the node
 */
export function inferNode(
  node: Node,
  inputs: readonly (InferredValue | undefined)[],
  opset: number,
): InferredValue[] {
  const context = new NodeContext(node, inputs, opset);
  const rule = ruleOf(context);
  checkCounts(context, rule);
  const outputs = rule.infer(context).slice(0, node.outputs.length);
  if (outputs.length < node.outputs.length) {
    throw context.error(
      'GRAPH_INVALID',
      `at most ${outputs.length} outputs`,
      String(node.outputs.length),
      'remove the outputs that the operator does not have',
    );
  }
  for (const { shape } of outputs) checkShape(context, shape);
  if (rule.evaluate === undefined || !isSmall(outputs)) return outputs;
  const operands = inputs.filter((input) => input !== undefined);
  if (!isSmall(operands) || operands.some((operand) => operand.constant === undefined)) {
    return outputs;
  }
  const constants = rule.evaluate(context, outputs);
  return outputs.map((output, index) => {
    const constant = constants[index];
    return constant === undefined ? output : { ...output, constant };
  });
}

function ruleOf(context: NodeContext): OperatorRule {
  const { opType, domain } = context.node;
  const standard = domain === '' || domain === 'ai.onnx';
  const rule = standard && Object.hasOwn(operatorTable, opType) ? operatorTable[opType] : undefined;
  if (rule === undefined) {
    throw context.error(
      'OPERATOR_UNSUPPORTED',
      'an operator that msanet knows',
      domain === '' ? opType : `${opType} of domain ${domain}`,
      'export the model with standard operators of the list in docs/reference',
    );
  }
  const since = rule.since ?? oldestOpset;
  if (context.opset < since) {
    throw context.error(
      'OPERATOR_UNSUPPORTED',
      `opset ${since} or later for ${opType}`,
      `opset ${context.opset}`,
      'convert the model with onnx.version_converter or export it again',
    );
  }
  return rule;
}

function checkCounts(
  context: NodeContext,
  { inputs: [fewest, most], outputs = 1 }: OperatorRule,
): void {
  const inputs = context.inputs.length;
  if (inputs < fewest || inputs > most) {
    const wanted =
      fewest === most
        ? `${fewest}`
        : most === Infinity
          ? `at least ${fewest}`
          : `${fewest} to ${most}`;
    throw context.error('GRAPH_INVALID', `${wanted} operands`, String(inputs), 'correct the node');
  }
  if (context.outputCount < 1 || context.outputCount > outputs) {
    throw context.error(
      'GRAPH_INVALID',
      outputs === 1 ? '1 output' : `1 to ${outputs} outputs`,
      String(context.outputCount),
      'correct the node',
    );
  }
}

/** Guards against the arithmetic of a damaged model: lengths must be whole numbers that a machine can count. */
function checkShape(context: NodeContext, shape: Shape): void {
  const counted = shape.every((length) => Number.isSafeInteger(length) && length >= 0);
  if (counted && Number.isSafeInteger(sizeOf(shape))) return;
  throw context.mismatch('an output of whole, countable lengths', formatShape(shape));
}

function isSmall(values: readonly InferredValue[]): boolean {
  return values.every((value) => sizeOf(value.shape) <= largestEvaluated);
}
