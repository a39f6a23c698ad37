import { MsanetError } from '@msanet/tensor';
import { opsetOf, type Model } from '../graph.js';
import { inferNode, type InferredValue } from './infer-node.js';

/**
 * Element type and shape of every value of a model whose inputs have fixed shapes.
 *
 * @throws MsanetError `SHAPE_UNKNOWN` when an input has a symbolic or absent dimension; `GRAPH_INVALID` when a node reads
 *   a value that nothing made before; and everything `inferNode` throws
 */
export function inferGraph(model: Model): Map<string, InferredValue> {
  const values = new Map<string, InferredValue>();
  for (const [name, constant] of model.graph.initializers) {
    values.set(name, { dtype: constant.dtype, shape: constant.shape, constant });
  }
  for (const input of model.graph.inputs) {
    if (values.has(input.name)) continue;
    const shape = input.shape ?? [];
    if (input.shape === undefined || shape.some((axis) => typeof axis !== 'number')) {
      throw new MsanetError({
        code: 'SHAPE_UNKNOWN',
        where: `graph ${model.graph.name}: input ${input.name}`,
        expected: 'a fixed shape',
        got: input.shape === undefined ? 'none' : `(${shape.map(String).join(', ')})`,
        remedy: 'fix every dimension of the input first',
      });
    }
    values.set(input.name, { dtype: input.dtype, shape: shape as number[] });
  }
  for (const node of model.graph.nodes) {
    const operands = node.inputs.map((name) => {
      if (name === '') return undefined;
      const operand = values.get(name);
      if (operand !== undefined) return operand;
      throw new MsanetError({
        code: 'GRAPH_INVALID',
        where: `graph ${model.graph.name}: node ${node.name}`,
        expected: 'inputs that an earlier node, an input or an initializer provides',
        got: name,
        remedy: 'order the nodes topologically',
      });
    });
    const opset = node.domain === '' ? opsetOf(model) : (model.opsets.get(node.domain) ?? 1);
    inferNode(node, operands, opset).forEach((type, index) => {
      const name = node.outputs[index];
      if (name !== undefined && name !== '') values.set(name, type);
    });
  }
  return values;
}
