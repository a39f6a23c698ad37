import { describe, expect, it } from 'vitest';
import { float32, int64 } from '@msanet/tensor';
import {
  GraphBuilder,
  decodeModel,
  fixShapes,
  foldConstants,
  inferGraph,
  int,
} from '../../src/index.js';
import { exportedBytes, exportedModels, exportedRuns } from '../fixtures.js';

/** What exporters write to compute shapes, and what does nothing at inference. */
const leftovers = [
  'Constant',
  'Shape',
  'Size',
  'ConstantOfShape',
  'Unsqueeze',
  'Identity',
  'Dropout',
  'Range',
];

describe('foldConstants', () => {
  const runs = exportedModels.flatMap((name) =>
    exportedRuns(name).map((run) => [name, run] as const),
  );
  it.each(runs)('leaves no shape arithmetic in %s, and the same outputs', (name, run) => {
    const model = fixShapes(decodeModel(exportedBytes(name)), { inputs: { input: run.input } });
    const folded = foldConstants(model);
    const operators = folded.graph.nodes.map(({ opType }) => opType);
    expect(operators.filter((opType) => leftovers.includes(opType))).toEqual([]);
    expect(folded.graph.nodes.length).toBeLessThan(model.graph.nodes.length);
    const values = inferGraph(folded);
    expect(folded.graph.outputs.map((output) => values.get(output.name)?.shape)).toEqual(
      run.outputs,
    );
  });

  it('leaves exactly the network of the toy TSM', () => {
    const model = fixShapes(decodeModel(exportedBytes('shape-arithmetic-17')), {
      symbols: { batch: 1 },
    });
    const operators = foldConstants(model).graph.nodes.map(({ opType }) => opType);
    expect(operators).toEqual([
      ...['Reshape', 'Conv', 'Relu', 'MaxPool', 'Reshape', 'Slice', 'Slice', 'Pad'],
      ...['Slice', 'Slice', 'Pad', 'Slice', 'Concat', 'Reshape', 'Resize'],
      ...['GlobalAveragePool', 'Flatten', 'Gemm', 'Reshape', 'ReduceMean'],
    ]);
  });

  it('bypasses chains of Identity and Dropout, but keeps the name of an output', () => {
    const builder = new GraphBuilder();
    const x = builder.input('x', 'float32', [2]);
    const copied = builder.apply('Dropout', [builder.apply('Identity', [x])]);
    const doubled = builder.apply('Add', [copied, copied], {}, 'doubled');
    builder.output(doubled, 'y');
    const { nodes, outputs } = foldConstants(builder.build()).graph;
    expect(nodes.map(({ opType, inputs }) => [opType, ...inputs])).toEqual([
      ['Add', 'x', 'x'],
      ['Identity', 'doubled'],
    ]);
    expect(outputs.map(({ name }) => name)).toEqual(['y']);
  });

  it('turns an output that is known into an initializer', () => {
    const builder = new GraphBuilder();
    const x = builder.input('x', 'float32', [2, 3]);
    builder.output(
      builder.apply('Gather', [builder.apply('Shape', [x]), builder.constant(int64([1]))], {
        axis: int(0),
      }),
      'width',
    );
    const { nodes, initializers } = foldConstants(builder.build()).graph;
    expect(nodes).toEqual([]);
    expect([...initializers]).toEqual([['width', int64([3])]]);
  });

  it('reshapes weights without copying them, and forgets the old shape', () => {
    const builder = new GraphBuilder();
    const x = builder.input('x', 'float32', [1, 4]);
    const weight = float32([1, 2, 3, 4, 5, 6, 7, 8], [2, 4]);
    const tall = builder.apply(
      'Reshape',
      [builder.constant(weight, 'weight'), builder.constant(int64([4, 2]))],
      {},
      'tall',
    );
    builder.output(builder.apply('MatMul', [x, tall]), 'y');
    const { initializers } = foldConstants(builder.build()).graph;
    expect([...initializers.keys()]).toEqual(['tall']);
    expect(initializers.get('tall')?.data).toBe(weight.data);
  });

  it('keeps a node of which only one output is known', () => {
    const builder = new GraphBuilder();
    const x = builder.input('x', 'float32', [2]);
    const [values, mask] = builder.applyMany('Dropout', [x], {}, 2);
    builder.output(values, 'values');
    builder.output(mask, 'mask');
    expect(foldConstants(builder.build()).graph.nodes.map(({ opType }) => opType)).toContain(
      'Dropout',
    );
  });
});
