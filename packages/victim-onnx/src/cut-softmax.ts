import { attributeOf, inferGraph, type Model, type Node } from '@msanet/onnx';
import { sizeOf } from '@msanet/tensor';

/** Operators that hand on what they get when the number of values stays the same. */
const transparent: ReadonlySet<string> = new Set([
  'Identity',
  'Cast',
  'Dropout',
  'Flatten',
  'Reshape',
  'Squeeze',
  'Unsqueeze',
  'Transpose',
  // Over axes of length one.
  'AveragePool',
  'GlobalAveragePool',
  'ReduceMean',
]);

/**
 * Takes a final Softmax over the classes out of a classifier, so that its output is the logits that went into it.
 *
 * A loss on probabilities would saturate where the classifier is sure. Operators that only reshape may follow the
 * Softmax; one that is followed by anything else, such as a mean over views, stays.
 *
 * @param model a classifier of fixed shapes
 * @param output the name of its output, (batch, classes)
 * @returns the model without the Softmax, and the name of the node that was taken out, if there was one
 * @throws MsanetError what `inferGraph` throws
 */
export function cutSoftmax(
  model: Model,
  output: string,
): { readonly model: Model; readonly cut: string | undefined } {
  const { nodes } = model.graph;
  const values = inferGraph(model);
  const shapeOf = (name: string) => values.get(name)?.shape ?? [];
  const size = sizeOf(shapeOf(output));
  const [, classes] = shapeOf(output);
  const maker = (value: string) => nodes.find(({ outputs }) => outputs[0] === value);
  const handsOn = (node: Node): boolean =>
    transparent.has(node.opType) && sizeOf(shapeOf(node.inputs[0])) === size;

  let last = maker(output);
  while (last !== undefined && handsOn(last)) last = maker(last.inputs[0]);
  if (last?.opType !== 'Softmax') return { model, cut: undefined };
  const shape = shapeOf(last.inputs[0]);
  const axis = attributeOf(last.attributes, 'axis', 'int', -1);
  if (shape.at(axis) !== classes) return { model, cut: undefined };

  const softmax = last;
  const identity: Node = { ...softmax, opType: 'Identity', attributes: {} };
  return {
    model: {
      ...model,
      graph: {
        ...model.graph,
        nodes: nodes.map((node) => (node === softmax ? identity : node)),
      },
    },
    cut: softmax.name,
  };
}
