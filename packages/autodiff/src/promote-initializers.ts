import { MsanetError } from '@msanet/tensor';
import type { Model } from '@msanet/onnx';

/**
 * The model with some initializers turned into graph inputs of the same name, shape and type, so that their content can
 * change from run to run. The inputs come after those there are.
 *
 * @throws MsanetError `GRAPH_INVALID` when a name is no initializer
 */
export function promoteInitializers(model: Model, names: readonly string[]): Model {
  const { inputs, initializers } = model.graph;
  const promoted = names.map((name) => {
    const content = initializers.get(name);
    if (content !== undefined) return { name, dtype: content.dtype, shape: content.shape };
    throw new MsanetError({
      code: 'GRAPH_INVALID',
      where: `graph ${model.graph.name}: parameter ${name}`,
      expected: 'the name of an initializer',
      got: 'a name that no initializer has',
      remedy: 'correct the name',
    });
  });
  // An initializer may be declared as an input, too: then it is one already, with a default.
  const others = inputs.filter(({ name }) => !names.includes(name));
  return {
    ...model,
    graph: {
      ...model.graph,
      inputs: [...others, ...promoted],
      initializers: new Map([...initializers].filter(([name]) => !names.includes(name))),
    },
  };
}
