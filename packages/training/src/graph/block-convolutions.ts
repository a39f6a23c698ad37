import { int64, type Shape } from '@msanet/tensor';
import { attributeOf, inferGraph, int, ints, type Model, type Node } from '@msanet/onnx';

/** The domain of ONNX Runtime's operators on channels in blocks. It is internal and undocumented: see `usableBlock`. */
export const blockDomain = 'com.microsoft.nchwc';

/**
 * Lets ONNX Runtime compute the convolutions of a graph with channels in blocks, (batch, channels / block, height, width,
 * block), which its kernels are two to four times as fast in. It does so by itself where weights are constant. In training
 * they are not, so here the graph orders weights and features itself.
 *
 * Convolutions stay as they are where their channels are no whole blocks. Fewer input channels than a block are as good
 * as whole ones.
 *
 * @param model a graph of fixed shapes
 * @param block channels per block
 */
export function blockConvolutions(model: Model, block: number): Model {
  const { graph } = model;
  const values = inferGraph(model);
  const initializers = new Map(graph.initializers);
  const blocked = new Map<string, string>();
  let used = false;
  const nodes = graph.nodes.flatMap((node): Node[] => {
    const weight = values.get(node.inputs[1] ?? '');
    if (node.opType !== 'Conv' || weight === undefined || initializers.has(node.inputs[1])) {
      return [node];
    }
    const [maps, channels, ...kernel] = weight.shape;
    const few = channels < block;
    const grouped = attributeOf(node.attributes, 'group', 'int', 1) !== 1;
    const fits = maps % block === 0 && (few || channels % block === 0);
    if (!fits || grouped || kernel.length !== 2 || (node.inputs[2] ?? '') !== '') return [node];
    used = true;
    const added: Node[] = [];
    const add = (
      suffix: string,
      opType: string,
      inputs: readonly string[],
      attributes: Node['attributes'] = {},
      domain = '',
    ): string => {
      const name = `${node.name}.${suffix}`;
      added.push({ name, opType, domain, inputs, outputs: [name], attributes });
      return name;
    };
    const shapeOf = (name: string, shape: Shape): string => {
      const key = `${node.name}.${name}`;
      initializers.set(key, int64(shape));
      return key;
    };
    // Blocks of output channels go last, and before them, where there are any, blocks of input channels.
    const split = few
      ? [maps / block, block, channels, ...kernel]
      : [maps / block, block, channels / block, block, ...kernel];
    const apart = add('apart', 'Reshape', [node.inputs[1], shapeOf('apart.shape', split)]);
    const permutation = few ? [0, 2, 3, 4, 1] : [0, 2, 4, 5, 3, 1];
    const ordered = add('ordered', 'Transpose', [apart], { perm: ints(permutation) });
    const kernels = add('kernels', 'Reshape', [ordered, shapeOf('kernels.shape', weight.shape)]);
    const [input] = node.inputs;
    let features = input;
    if (!few) {
      features =
        blocked.get(input) ??
        add('blocked', 'ReorderInput', [input], { channels_last: int(0) }, blockDomain);
      blocked.set(input, features);
    }
    const convolved = add(
      'convolved-blocks',
      'Conv',
      [features, kernels],
      node.attributes,
      blockDomain,
    );
    added.push({
      name: node.name,
      opType: 'ReorderOutput',
      domain: blockDomain,
      inputs: [convolved],
      outputs: node.outputs,
      attributes: { channels: int(maps), channels_last: int(0) },
    });
    return added;
  });
  if (!used) return model;
  return {
    ...model,
    opsets: new Map([...model.opsets, [blockDomain, 1]]),
    graph: { ...graph, nodes, initializers },
  };
}
