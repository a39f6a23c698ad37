import type { Tensor } from '@msanet/tensor';
import type { Model, Node } from '../graph.js';
import { inferGraph } from '../inference/infer-graph.js';
import { pruneGraph } from './prune-graph.js';

/** Operators that return their first operand unchanged at inference. */
const passThrough: ReadonlySet<string> = new Set(['Identity', 'Dropout']);

/**
 * Computes what does not depend on the inputs: the shape arithmetic that exporters leave behind, Constant nodes, and
 * reshaped initializers become initializers; Identity and Dropout are bypassed; what nothing reads any more is
 * removed. The inputs' shapes must be fixed.
 *
 * @throws MsanetError what `inferGraph` throws
 */
export function foldConstants(model: Model): Model {
  const { graph } = model;
  const values = inferGraph(model);
  const outputNames = new Set(graph.outputs.map(({ name }) => name));
  const initializers = new Map<string, Tensor>(graph.initializers);
  const aliases = new Map<string, string>();
  const nodes: Node[] = [];
  for (const original of graph.nodes) {
    const inputs = original.inputs.map((name) => aliases.get(name) ?? name);
    const node = { ...original, inputs };
    const made = node.outputs.filter((name) => name !== '');
    const constants = made.map((name) => values.get(name)?.constant);
    if (constants.every((constant) => constant !== undefined)) {
      made.forEach((name, index) => {
        const constant = constants[index];
        if (constant !== undefined) initializers.set(name, constant);
      });
    } else if (isBypassed(node, outputNames)) {
      aliases.set(node.outputs[0], node.inputs[0]);
    } else {
      nodes.push(node);
    }
  }
  return pruneGraph({ ...model, graph: { ...graph, nodes, initializers } });
}

/** Whether readers of the node can read its operand instead; a value that the graph returns keeps its name. */
function isBypassed(node: Node, outputNames: ReadonlySet<string>): boolean {
  return (
    node.domain === '' &&
    passThrough.has(node.opType) &&
    node.outputs.slice(1).every((name) => name === '') &&
    !outputNames.has(node.outputs[0])
  );
}
