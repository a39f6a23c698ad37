import { MsanetError } from '@msanet/tensor';
import type { Graph, Model, Node, ValueInfo } from '../graph.js';
import { inferGraph } from '../inference/infer-graph.js';
import { valuesReadBy } from '../value-reads.js';

/**
 * Removes the nodes and initializers that the outputs do not need. The inputs stay as they are.
 *
 * @param outputs the values to keep as outputs, in this order; the model's own by default. A value inside the graph may
 *   be named, which cuts the model there; the inputs' shapes must be fixed then.
 * @throws MsanetError `GRAPH_INVALID` when the graph has no such value; what `inferGraph` throws when it is inside
 */
export function pruneGraph(model: Model, outputs?: readonly string[]): Model {
  const { graph } = model;
  const kept = outputs === undefined ? graph.outputs : declareOutputs(model, outputs);
  const needed = new Set(kept.map(({ name }) => name));
  const nodes: Node[] = [];
  for (const node of graph.nodes.toReversed()) {
    if (!node.outputs.some((name) => needed.has(name))) continue;
    nodes.push(node);
    for (const name of valuesReadBy(node)) needed.add(name);
  }
  const pruned: Graph = {
    ...graph,
    nodes: nodes.reverse(),
    outputs: kept,
    initializers: new Map([...graph.initializers].filter(([name]) => needed.has(name))),
  };
  return { ...model, graph: pruned };
}

function declareOutputs(model: Model, names: readonly string[]): ValueInfo[] {
  const declared = new Map(model.graph.outputs.map((output) => [output.name, output]));
  const inside = names.some((name) => !declared.has(name)) ? inferGraph(model) : undefined;
  return names.map((name) => {
    const output = declared.get(name);
    if (output !== undefined) return output;
    const value = inside?.get(name);
    if (value !== undefined) return { name, dtype: value.dtype, shape: value.shape };
    throw new MsanetError({
      code: 'GRAPH_INVALID',
      where: `graph ${model.graph.name}`,
      expected: `a value ${name}`,
      got: 'none of that name',
      remedy: 'name a value that a node of the graph makes',
    });
  });
}
