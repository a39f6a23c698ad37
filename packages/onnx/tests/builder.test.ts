import { describe, expect, it } from 'vitest';
import { float32, int64, zeros } from '@msanet/tensor';
import { GraphBuilder, inferGraph, int, ints } from '../src/index.js';

function network(): GraphBuilder {
  const builder = new GraphBuilder({ name: 'network' });
  const x = builder.input('x', 'float32', [1, 3, 8, 8]);
  const weight = builder.constant(zeros('float32', [4, 3, 3, 3]), 'weight');
  const convolved = builder.apply('Conv', [x, weight], { pads: ints([1, 1, 1, 1]) }, 'conv');
  builder.output(builder.apply('Relu', [convolved], {}, 'relu'), 'y');
  return builder;
}

describe('GraphBuilder', () => {
  it('knows the shape of every value when it is added', () => {
    const builder = network();
    expect(builder.find('conv')).toMatchObject({ dtype: 'float32', shape: [1, 4, 8, 8] });
    expect(builder.find('nothing')).toBeUndefined();
  });

  it('reports a mistake where it is made, and adds nothing', () => {
    const builder = network();
    const x = builder.find('x');
    const weight = builder.constant(zeros('float32', [4, 2, 3, 3]));
    const count = builder.nodes.length;
    expect(() => builder.apply('Conv', [x, weight], {}, 'wrong')).toThrow('node wrong');
    expect(builder.nodes).toHaveLength(count);
  });

  it('gives every value a name of its own', () => {
    const builder = network();
    const x = builder.find('x');
    const names = [1, 2, 3].map(() => builder.apply('Relu', [x], {}, 'relu').name);
    expect(new Set([...names, 'relu']).size).toBe(4);
    expect(() => builder.input('x', 'float32', [1])).toThrow(
      expect.objectContaining({ code: 'GRAPH_INVALID' }),
    );
  });

  it('leaves out omitted operands at the end, and names those in between by nothing', () => {
    const builder = network();
    const x = builder.find('x');
    const sizes = builder.constant(int64([1, 3, 4, 4]));
    builder.apply('Resize', [x, undefined, undefined, sizes], {}, 'resize');
    builder.apply('Clip', [x, undefined, undefined], {}, 'clip');
    const [resize, clip] = builder.nodes.slice(-2);
    expect(resize.inputs).toEqual(['x', '', '', sizes.name]);
    expect(clip.inputs).toEqual(['x']);
  });

  it('adds nodes of several outputs', () => {
    const builder = network();
    const x = builder.find('x');
    const [left, right] = builder.applyMany('Split', [x], { axis: int(3) }, 2, 'halves');
    expect([left.shape, right.shape]).toEqual([
      [1, 3, 8, 4],
      [1, 3, 8, 4],
    ]);
    expect(left.name).not.toBe(right.name);
  });

  it('carries the content of constants', () => {
    const builder = new GraphBuilder();
    const sum = builder.apply('Add', [
      builder.constant(float32([1, 2])),
      builder.constant(float32([10])),
    ]);
    expect(sum.constant).toEqual(float32([11, 12]));
  });

  it('builds what shape inference confirms', () => {
    const model = network().build();
    const values = inferGraph(model);
    for (const output of model.graph.outputs) {
      expect(values.get(output.name)).toMatchObject({ dtype: output.dtype, shape: output.shape });
    }
    expect(model.opsets).toEqual(new Map([['', 17]]));
  });

  it('goes on from a finished model, which stays as it was', () => {
    const builder = network();
    builder.metadata('source', 'test');
    const model = builder.build();
    const next = GraphBuilder.from(model);
    const y = next.find('y');
    next.output(next.apply('ReduceSum', [y], {}, 'conv'), 'total');
    const extended = next.build();
    expect(extended.graph.outputs.map(({ name }) => name)).toEqual(['y', 'total']);
    expect(extended.graph.nodes).toHaveLength(model.graph.nodes.length + 2);
    expect(extended.metadata.get('source')).toBe('test');
    expect(model.graph.outputs.map(({ name }) => name)).toEqual(['y']);
    expect(new Set(extended.graph.nodes.map(({ name }) => name)).size).toBe(
      extended.graph.nodes.length,
    );
  });

  it('declares another set of outputs after the first was cleared', () => {
    const builder = network();
    builder.clearOutputs();
    const convolved = builder.find('conv');
    if (convolved !== undefined) builder.output(convolved);
    expect(builder.build().graph.outputs.map(({ name }) => name)).toEqual(['conv']);
  });

  it('checks a shape that the caller expects', () => {
    const builder = network();
    const x = builder.input('z', 'float32', [2, 3]);
    expect(() => builder.expectShape(x, [2, 3], 'clip')).not.toThrow();
    expect(() => builder.expectShape(x, [3, 2], 'clip')).toThrow(
      expect.objectContaining({ code: 'SHAPE_MISMATCH', message: expect.stringContaining('clip') }),
    );
  });
});
