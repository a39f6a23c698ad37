import { attributeOf, int, ints, string, type Attributes } from '../attributes.js';
import { opsetOf, type Model, type Node } from '../graph.js';
import { inferGraph } from '../inference/infer-graph.js';
import type { InferredValue } from '../inference/inferred-value.js';
import { NodeContext } from '../inference/node-context.js';
import { windowOf } from '../inference/window.js';

/**
 * Replaces `ceil_mode` of pools by the pads that their last windows need: the same values, in a form of which no two
 * runtimes think differently. ONNX Runtime infers one position more than it computes where that position would start behind
 * the input, and then refuses whatever combines the result with another tensor. The inputs' shapes must be fixed.
 *
 * An AveragePool that counts its pads stays, because what hangs over them is not counted; so does a pool with a pad as
 * long as its kernel, which ONNX Runtime refuses.
 *
 * @throws MsanetError what `inferGraph` throws
 */
export function explicitPoolPads(model: Model): Model {
  const { graph } = model;
  if (!graph.nodes.some(roundsUp)) return model;
  const values = inferGraph(model);
  const nodes = graph.nodes.map((node) => {
    const attributes = roundsUp(node) ? padded(node, values, opsetOf(model)) : undefined;
    return attributes === undefined ? node : { ...node, attributes };
  });
  return { ...model, graph: { ...graph, nodes } };
}

function roundsUp({ opType, domain, attributes }: Node): boolean {
  const counted = attributeOf(attributes, 'count_include_pad', 'int', 0) !== 0;
  const isPool = opType === 'MaxPool' || (opType === 'AveragePool' && !counted);
  return isPool && domain === '' && attributeOf(attributes, 'ceil_mode', 'int', 0) !== 0;
}

/** The attributes of a pool without `ceil_mode`; `undefined` where a pad would be too long. */
function padded(
  node: Node,
  values: ReadonlyMap<string, InferredValue>,
  opset: number,
): Attributes | undefined {
  const operands = node.inputs.map((name) => values.get(name));
  const [x] = operands;
  if (x === undefined) return undefined;
  const spatial = x.shape.slice(2);
  const kernel = attributeOf(node.attributes, 'kernel_shape', 'ints', []);
  const window = windowOf(new NodeContext(node, operands, opset), spatial, kernel);
  const ends = spatial.map((length, axis) => {
    const extent = window.dilations[axis] * (kernel[axis] - 1) + 1;
    const reached = window.strides[axis] * (window.output[axis] - 1) + extent;
    return Math.max(reached - length - window.padsBegin[axis], 0);
  });
  if (ends.some((pad, axis) => pad >= kernel[axis])) return undefined;
  return {
    ...node.attributes,
    auto_pad: string('NOTSET'),
    ceil_mode: int(0),
    pads: ints([...window.padsBegin, ...ends]),
  };
}
