import { attributeOf, float, int, ints, type Model, type Node } from '@msanet/onnx';

/**
 * Writes every BatchNormalization in training mode out as standard operators: ONNX Runtime's CPU kernel has inference mode
 * only. The batch's statistics become values of the graph, and normalising by them is again a BatchNormalization, in
 * inference mode, with operands that are not constant.
 *
 * The variance is the mean of the squares less the square of the mean, at least 0. What this loses against centring first
 * is small next to ε as long as means are not large against deviations, which holds for the results of convolutions.
 *
 * Expects momentum 0, see `normalizeConvolutions`.
 */
export function lowerBatchNormalization(model: Model): Model {
  const { graph } = model;
  const nodes = graph.nodes.flatMap((node) =>
    node.opType === 'BatchNormalization' &&
    attributeOf(node.attributes, 'training_mode', 'int', 0) !== 0
      ? lowered(node)
      : [node],
  );
  return { ...model, graph: { ...graph, nodes } };
}

function lowered(node: Node): Node[] {
  const [x, scale, bias] = node.inputs;
  const [y, mean, variance] = node.outputs;
  const { name } = node;
  const apply = (
    opType: string,
    inputs: readonly string[],
    output: string,
    attributes: Node['attributes'] = {},
  ): Node => ({ name: output, opType, domain: '', inputs, outputs: [output], attributes });
  const average = { axes: ints([0, 2, 3]), keepdims: int(0) };
  return [
    apply('ReduceMean', [x], mean, average),
    apply('Mul', [x, x], `${name}.squares`),
    apply('ReduceMean', [`${name}.squares`], `${name}.mean-square`, average),
    apply('Mul', [mean, mean], `${name}.square-mean`),
    apply('Sub', [`${name}.mean-square`, `${name}.square-mean`], `${name}.spread`),
    apply('Relu', [`${name}.spread`], variance),
    {
      ...node,
      inputs: [x, scale, bias, mean, variance],
      outputs: [y],
      attributes: { epsilon: float(attributeOf(node.attributes, 'epsilon', 'float', 1e-5)) },
    },
  ];
}
