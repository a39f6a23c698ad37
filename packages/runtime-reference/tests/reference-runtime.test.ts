import { GraphBuilder, knownOperators, type Model, type Node } from '@msanet/onnx';
import { float32, float32ToFloat16, float64, int64, type Tensor } from '@msanet/tensor';
import { describe, expect, it } from 'vitest';
import { ReferenceRuntime } from '@msanet/runtime-reference';
import { operatorKernels } from '../src/operators/table.js';
import { planModel } from '../src/plan.js';
import { float, modelOf, nested } from './run-node.js';

const runtime = new ReferenceRuntime();

/** y = relu(x) + w · relu(x). */
function branching(): Model {
  const builder = new GraphBuilder({ name: 'branching' });
  const x = builder.input('x', 'float32', [2]);
  const w = builder.constant(float32([10, 20]), 'w');
  const r = builder.apply('Relu', [x], {}, 'r');
  const p = builder.apply('Mul', [w, r], {}, 'p');
  builder.output(builder.apply('Add', [r, p], {}, 'y'));
  return builder.build();
}

/** The model with its nodes changed. */
function withNodes(model: Model, change: (nodes: readonly Node[]) => readonly Node[]): Model {
  return { ...model, graph: { ...model.graph, nodes: change(model.graph.nodes) } };
}

it('computes every operator that msanet knows, and no other', () => {
  expect([...operatorKernels.keys()].sort()).toEqual([...knownOperators].sort());
});

describe('precision', () => {
  it('computes in float64 whatever the graph declares', async () => {
    const session = await runtime.load(branching());
    const { y } = await session.run({ x: float64([0.1, -1]) });
    expect(y).toEqual(float64([0.1 + 10 * 0.1, 0]));
  });

  it('widens float32 and float16 feeds', async () => {
    const model = modelOf({ operator: 'Neg', inputs: [float([1])] });
    const session = await runtime.load(model);
    const single = await session.run({ x0: float32([0.1]) });
    expect(single.y0.data[0]).toBe(-Math.fround(0.1));
    const half: Tensor = {
      dtype: 'float16',
      shape: [1],
      data: float32ToFloat16(Float32Array.of(1.5)),
    };
    expect((await session.run({ x0: half })).y0.data[0]).toBe(-1.5);
  });

  it('keeps integers exact up to 2^53 and saturates at the ends of int64', async () => {
    const top = 2n ** 63n - 1n;
    const x: Tensor = {
      dtype: 'int64',
      shape: [3],
      data: BigInt64Array.of(9007199254740991n, top, -(2n ** 63n)),
    };
    const session = await runtime.load(modelOf({ operator: 'Identity', inputs: [x] }));
    const { y0 } = await session.run({ x0: x });
    expect(y0).toEqual(x);
  });
});

describe('memory', () => {
  it('forgets a value after the last node that needs it', () => {
    const { steps } = planModel(branching());
    expect(steps.map(({ node, release }) => [node.name, [...release].sort()])).toEqual([
      ['r', ['x']],
      ['p', []],
      ['y', ['p', 'r']],
    ]);
  });

  it('hands out results that share nothing with feeds, constants or each other', async () => {
    const builder = new GraphBuilder();
    const x = builder.input('x', 'float64', [1]);
    builder.output(builder.apply('Identity', [x]), 'first');
    builder.output(builder.apply('Identity', [x]), 'second');
    builder.output(builder.constant(float64([5])), 'third');
    const session = await runtime.load(builder.build());
    const feed = float64([1]);
    const once = await session.run({ x: feed });
    for (const { data } of Object.values(once)) (data as Float64Array).fill(9);
    expect(feed.data[0]).toBe(1);
    const again = await session.run({ x: feed });
    expect(['first', 'second', 'third'].map((name) => nested(again[name]))).toEqual([
      [1],
      [1],
      [5],
    ]);
  });
});

describe('inputs', () => {
  it('of symbolic shape take any length, of every run its own', async () => {
    const model = modelOf({ operator: 'Neg', inputs: [float([1])] });
    const inputs = [{ name: 'x0', dtype: 'float32' as const, shape: ['n'] }];
    const session = await runtime.load({ ...model, graph: { ...model.graph, inputs } });
    expect(nested((await session.run({ x0: float([1, 2]) })).y0)).toEqual([-1, -2]);
    expect(nested((await session.run({ x0: float([3]) })).y0)).toEqual([-3]);
  });

  it('with an initializer have a value already', async () => {
    const model = modelOf({ operator: 'Add', inputs: [float([1]), float([2])] });
    const initializers = new Map([['x1', float64([40])]]);
    const session = await runtime.load({ ...model, graph: { ...model.graph, initializers } });
    expect(session.inputs.map(({ name }) => name)).toEqual(['x0']);
    expect(nested((await session.run({ x0: float([2]) })).y0)).toEqual([42]);
  });

  it('are not confused with the properties of every object', async () => {
    const model = modelOf({ operator: 'Neg', inputs: [float([1])] });
    const inputs = [{ name: 'toString', dtype: 'float32' as const, shape: [1] }];
    const named = withNodes({ ...model, graph: { ...model.graph, inputs } }, ([node]) => [
      { ...node, inputs: ['toString'] },
    ]);
    const session = await runtime.load(named);
    await expect(session.run({})).rejects.toMatchObject({ code: 'SHAPE_MISMATCH' });
  });
});

describe('refused graphs', () => {
  it('an unknown operator, with its node, name and opset', async () => {
    const model = withNodes(branching(), (nodes) =>
      nodes.map((node) => (node.name === 'p' ? { ...node, opType: 'Frobnicate' } : node)),
    );
    const loading = runtime.load(model);
    await expect(loading).rejects.toMatchObject({ code: 'OPERATOR_UNSUPPORTED' });
    await expect(loading).rejects.toThrow(/node p.*Frobnicate of opset 17/);
  });

  it('an operator of another domain', async () => {
    const model = withNodes(branching(), ([first, ...rest]) => [
      { ...first, domain: 'com.example' },
      ...rest,
    ]);
    await expect(runtime.load(model)).rejects.toThrow(/com\.example\.Relu/);
  });

  it('an operator set older than 13', async () => {
    const model = { ...branching(), opsets: new Map([['', 11]]) };
    await expect(runtime.load(model)).rejects.toMatchObject({ code: 'OPERATOR_UNSUPPORTED' });
  });

  it.each<[string, (nodes: readonly Node[]) => readonly Node[]]>([
    ['nodes out of order', (nodes) => [...nodes].reverse()],
    ['a value that is made twice', ([first, ...rest]) => [first, first, ...rest]],
    ['an output that nothing makes', (nodes) => nodes.slice(0, -1)],
  ])('%s', async (_, change) => {
    const loading = runtime.load(withNodes(branching(), change));
    await expect(loading).rejects.toMatchObject({ code: 'GRAPH_INVALID' });
  });

  it('more outputs than the operator has', async () => {
    const session = await runtime.load(
      modelOf({ operator: 'Relu', inputs: [float([1])], outputs: 2 }),
    );
    await expect(session.run({ x0: float([1]) })).rejects.toMatchObject({
      code: 'OPERATOR_UNSUPPORTED',
    });
  });

  it('a required operand that is missing', async () => {
    const session = await runtime.load(modelOf({ operator: 'Add', inputs: [float([1])] }));
    await expect(session.run({ x0: float([1]) })).rejects.toMatchObject({ code: 'GRAPH_INVALID' });
  });

  it('a required attribute that is missing', async () => {
    const session = await runtime.load(modelOf({ operator: 'Cast', inputs: [float([1])] }));
    await expect(session.run({ x0: float([1]) })).rejects.toMatchObject({ code: 'GRAPH_INVALID' });
  });
});

it('names the node when an operator fails', async () => {
  const session = await runtime.load(
    modelOf({ operator: 'Reshape', inputs: [float([1, 2]), int64([3])] }),
  );
  const run = session.run({ x0: float([1, 2]), x1: int64([3]) });
  await expect(run).rejects.toThrow(/node \(Reshape, opset 17\)/);
});
