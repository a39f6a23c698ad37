import { describe, expect, it } from 'vitest';
import { float32 } from '@msanet/tensor';
import { GraphBuilder, int, pruneGraph, type Model } from '../../src/index.js';

/** logits = x·w, probabilities = softmax(logits), and a branch that nothing returns. */
function classifier(): Model {
  const builder = new GraphBuilder();
  const x = builder.input('x', 'float32', [2, 3]);
  const unused = builder.input('unused', 'float32', [1]);
  const weight = builder.constant(float32([1, 2, 3, 4, 5, 6], [3, 2]), 'weight');
  const logits = builder.apply('MatMul', [x, weight], {}, 'logits');
  builder.apply('Mul', [unused, builder.constant(float32([2]), 'dead')], {}, 'branch');
  const probabilities = builder.apply('Softmax', [logits], { axis: int(1) }, 'softmax');
  builder.output(probabilities, 'probabilities');
  return builder.build();
}

describe('pruneGraph', () => {
  it('removes what the outputs do not need, and keeps the inputs', () => {
    const { graph } = pruneGraph(classifier());
    expect(graph.nodes.map(({ name }) => name)).toEqual(['logits', 'softmax', 'probabilities']);
    expect([...graph.initializers.keys()]).toEqual(['weight']);
    expect(graph.inputs.map(({ name }) => name)).toEqual(['x', 'unused']);
  });

  it('cuts the model at a value inside', () => {
    const { graph } = pruneGraph(classifier(), ['logits']);
    expect(graph.nodes.map(({ name }) => name)).toEqual(['logits']);
    expect(graph.outputs).toEqual([{ name: 'logits', dtype: 'float32', shape: [2, 2] }]);
  });

  it('keeps the order of the outputs that are asked for', () => {
    const { graph } = pruneGraph(classifier(), ['probabilities', 'branch']);
    expect(graph.outputs.map(({ name }) => name)).toEqual(['probabilities', 'branch']);
    expect(graph.nodes).toHaveLength(4);
  });

  it('refuses a value that the graph does not have', () => {
    expect(() => pruneGraph(classifier(), ['scores'])).toThrow(
      expect.objectContaining({
        code: 'GRAPH_INVALID',
        message: expect.stringContaining('scores'),
      }),
    );
  });

  it('keeps what only a graph among the attributes reads', () => {
    const base = classifier();
    const inner = { name: 'inner', nodes: [], inputs: [], initializers: new Map() };
    const branch = {
      ...inner,
      outputs: [{ name: 'weight', dtype: 'float32', shape: [3, 2] }],
    } as const;
    const choice = {
      ...{ name: 'choice', opType: 'If', domain: '', inputs: ['unused'], outputs: ['chosen'] },
      attributes: { then_branch: { type: 'graph', value: branch } },
    } as const;
    const outputs = [{ name: 'chosen', dtype: 'float32', shape: undefined }] as const;
    const model = {
      ...base,
      graph: { ...base.graph, nodes: [...base.graph.nodes, choice], outputs },
    };
    const { graph } = pruneGraph(model);
    expect(graph.nodes.map(({ name }) => name)).toEqual(['choice']);
    expect([...graph.initializers.keys()]).toEqual(['weight']);
  });
});
