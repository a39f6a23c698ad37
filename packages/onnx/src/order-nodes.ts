import { MsanetError } from '@msanet/tensor';
import type { Graph, Node } from './graph.js';
import { valuesReadBy } from './value-reads.js';

/**
 * Checks a graph and puts its nodes into topological order: every value has one definition (static single
 * assignment), and no node comes before the values that it reads. Nodes that are in order stay where they are.
 *
 * @param outer values that the surrounding graph provides
 * @throws MsanetError `GRAPH_INVALID` when a value is defined twice or nowhere, or nodes wait for each other
 */
export function orderNodes(graph: Graph, outer: ReadonlySet<string> = new Set()): readonly Node[] {
  const makers = makersOf(graph);
  const defined = new Set([
    ...outer,
    ...graph.initializers.keys(),
    ...graph.inputs.map(({ name }) => name),
  ]);
  const reads = new Map(graph.nodes.map((node) => [node, [...valuesReadBy(node)]]));
  for (const [node, names] of reads) {
    const missing = names.find((name) => !defined.has(name) && !makers.has(name));
    if (missing !== undefined) {
      throw invalid(`${graph.name}: node ${node.name}`, 'inputs that the graph defines', missing);
    }
  }
  const lost = graph.outputs.find(({ name }) => !defined.has(name) && !makers.has(name));
  if (lost !== undefined) {
    throw invalid(
      `${graph.name}: output ${lost.name}`,
      'a value of the graph',
      'none of that name',
    );
  }
  return sorted(graph, makers, reads);
}

/** The node that makes each value. Fails when two nodes make it, or it is an input or initializer as well. */
function makersOf(graph: Graph): Map<string, Node> {
  const makers = new Map<string, Node>();
  const inputs = new Set<string>();
  for (const { name } of graph.inputs) {
    if (inputs.has(name) || name === '') {
      throw invalid(`${graph.name}: input '${name}'`, 'a name of its own', 'one that is taken');
    }
    inputs.add(name);
  }
  for (const node of graph.nodes) {
    for (const name of node.outputs) {
      if (name === '') continue;
      if (makers.has(name) || inputs.has(name) || graph.initializers.has(name)) {
        throw invalid(
          `${graph.name}: node ${node.name}`,
          'outputs that nothing else defines',
          name,
        );
      }
      makers.set(name, node);
    }
  }
  return makers;
}

function sorted(
  graph: Graph,
  makers: ReadonlyMap<string, Node>,
  reads: ReadonlyMap<Node, readonly string[]>,
): Node[] {
  const waiting = new Map<Node, number>();
  const readers = new Map<Node, Node[]>();
  for (const [node, names] of reads) {
    const sources = new Set(names.flatMap((name) => makers.get(name) ?? []));
    waiting.set(node, sources.size);
    for (const source of sources) {
      const list = readers.get(source);
      if (list === undefined) readers.set(source, [node]);
      else list.push(node);
    }
  }
  const order: Node[] = [];
  const skipped = new Set<Node>();
  const place = (first: Node): void => {
    // Readers that the graph lists before this node are placed right after it; the others wait for their own turn.
    const ready = [first];
    for (let node = ready.pop(); node !== undefined; node = ready.pop()) {
      order.push(node);
      skipped.delete(node);
      for (const reader of readers.get(node) ?? []) {
        const left = (waiting.get(reader) ?? 0) - 1;
        waiting.set(reader, left);
        if (left === 0 && skipped.has(reader)) ready.push(reader);
      }
    }
  };
  for (const node of graph.nodes) {
    if (waiting.get(node) === 0) place(node);
    else skipped.add(node);
  }
  for (const { name } of skipped) {
    throw invalid(
      `${graph.name}: node ${name}`,
      'nodes that do not wait for each other',
      'a cycle',
    );
  }
  return order;
}

function invalid(where: string, expected: string, got: string): MsanetError {
  return new MsanetError({
    code: 'GRAPH_INVALID',
    where: `graph ${where}`,
    expected,
    got,
    remedy: 'the model is damaged; export it again',
  });
}
