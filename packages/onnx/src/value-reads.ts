import type { Graph, Node } from './graph.js';

/**
 * Every value that a node reads: its operands, and what the graphs among its attributes take from outside.
 *
 * @returns names, each once
 */
export function valuesReadBy(node: Node): Set<string> {
  const names = new Set(node.inputs.filter((name) => name !== ''));
  for (const attribute of Object.values(node.attributes)) {
    if (attribute.type === 'graph') addOuterValues(attribute.value, names);
    if (attribute.type === 'graphs') {
      for (const graph of attribute.value) addOuterValues(graph, names);
    }
  }
  return names;
}

/** Adds the names that a graph reads but does not define. */
function addOuterValues(graph: Graph, names: Set<string>): void {
  const own = new Set([...graph.initializers.keys(), ...graph.inputs.map(({ name }) => name)]);
  for (const node of graph.nodes) for (const name of node.outputs) own.add(name);
  const read = [
    ...graph.nodes.flatMap((node) => [...valuesReadBy(node)]),
    ...graph.outputs.map(({ name }) => name),
  ];
  for (const name of read) if (!own.has(name)) names.add(name);
}
