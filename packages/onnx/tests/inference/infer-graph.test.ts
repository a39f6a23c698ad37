import { describe, expect, it } from 'vitest';
import { decodeModel, fixShapes, inferGraph, type Model } from '../../src/index.js';
import { exportedBytes, exportedModels, exportedRuns } from '../fixtures.js';

const runs = exportedModels.flatMap((name) =>
  exportedRuns(name).map((run) => [`${name} on (${run.input.join(', ')})`, name, run] as const),
);

describe('inferGraph', () => {
  it.each(runs)('gives %s the output shapes that PyTorch computed', (_, name, run) => {
    const model = fixShapes(decodeModel(exportedBytes(name)), { inputs: { input: run.input } });
    const values = inferGraph(model);
    expect(model.graph.outputs.map((output) => values.get(output.name)?.shape)).toEqual(
      run.outputs,
    );
    const dtypes = model.graph.outputs.map((output) => values.get(output.name)?.dtype);
    expect(dtypes).toEqual(model.graph.outputs.map(({ dtype }) => dtype));
  });

  it('refuses an input whose batch is a symbol, by name', () => {
    const model = decodeModel(exportedBytes('shape-arithmetic-17'));
    expect(() => inferGraph(model)).toThrow(
      expect.objectContaining({ code: 'SHAPE_UNKNOWN', message: expect.stringContaining('input') }),
    );
  });

  it('names the node that reads a value before it is made', () => {
    const model = decodeModel(exportedBytes('convolution-3d-16'));
    const reversed: Model = {
      ...model,
      graph: { ...model.graph, nodes: model.graph.nodes.toReversed() },
    };
    const last = model.graph.nodes.at(-1)?.name ?? '';
    expect(() => inferGraph(reversed)).toThrow(
      expect.objectContaining({ code: 'GRAPH_INVALID', message: expect.stringContaining(last) }),
    );
  });
});
