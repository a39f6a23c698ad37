import type { Attribute, Attributes, Graph, Node } from '@msanet/onnx';

/** The graph with a prefix before the name of every value, subgraphs included; node names stay as they are. */
export function prefixValues(graph: Graph, prefix: string): Graph {
  const rename = (name: string): string => (name === '' ? '' : prefix + name);
  const value = <V extends { readonly name: string }>(info: V): V => ({
    ...info,
    name: rename(info.name),
  });
  return {
    ...graph,
    inputs: graph.inputs.map(value),
    outputs: graph.outputs.map(value),
    initializers: new Map([...graph.initializers].map(([name, tensor]) => [rename(name), tensor])),
    nodes: graph.nodes.map((node): Node => ({
      ...node,
      inputs: node.inputs.map(rename),
      outputs: node.outputs.map(rename),
      attributes: prefixSubgraphs(node.attributes, prefix),
    })),
  };
}

function prefixSubgraphs(attributes: Attributes, prefix: string): Attributes {
  const entries = Object.entries(attributes).map(([name, attribute]): [string, Attribute] => [
    name,
    attribute.type === 'graph'
      ? { ...attribute, value: prefixValues(attribute.value, prefix) }
      : attribute,
  ]);
  return Object.fromEntries(entries);
}
