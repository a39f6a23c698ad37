import { beforeAll, describe, expect, it } from 'vitest';
import { GraphBuilder, int, type GraphRuntime, type Model } from '@msanet/onnx';
import { float32, int64, isMsanetError } from '@msanet/tensor';
import { createOrtRuntime } from '@msanet/runtime-ort';
import { gatherModel, identityModel, rawModel, reluModel } from './models.js';

let runtime: GraphRuntime;
beforeAll(async () => {
  runtime = await createOrtRuntime({ threads: 1 });
});

/** What every sentence must keep to: one line, no source file of the library, no stray punctuation. */
async function sentenceOf(promise: Promise<unknown>): Promise<{ code: string; message: string }> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!isMsanetError(error)) throw new Error(`no MsanetError but ${String(error)}`);
  expect(error.message).not.toMatch(/\n|onnxruntime_src|\.cc:|::|\.,|\.;/);
  return error;
}

const refused: [string, Model, string, string][] = [
  [
    'an operator that nobody knows',
    rawModel({ opType: 'Frobnicate' }),
    'OPERATOR_UNSUPPORTED',
    'graph raw, node culprit: expected operators and element types that ONNX Runtime executes, got Frobnicate of opset 17',
  ],
  [
    'an operator of a foreign domain',
    rawModel({ opType: 'Frobnicate', domain: 'elsewhere' }),
    'OPERATOR_UNSUPPORTED',
    'got elsewhere:Frobnicate',
  ],
  [
    'an operator for element types that it has no kernel for',
    doublePrecisionSelu(),
    'OPERATOR_UNSUPPORTED',
    'node culprit',
  ],
  [
    'an operator set of the future',
    rawModel({ opType: 'Relu' }, 99),
    'OPERATOR_UNSUPPORTED',
    'got opset 99',
  ],
  [
    'a node that reads what nobody makes',
    rawModel({ opType: 'Relu', inputs: ['missing'] }),
    'GRAPH_INVALID',
    "'missing' is not a graph input",
  ],
  [
    'a node without an attribute that it must have',
    rawModel({ opType: 'Concat' }),
    'GRAPH_INVALID',
    'graph raw',
  ],
  [
    'element types that do not fit',
    rawModel({ opType: 'Cast', attributes: { to: int(11) } }),
    'GRAPH_INVALID',
    'does not match expected type',
  ],
  [
    'an output that cannot be exchanged',
    identityModel('bfloat16', [2]),
    'DTYPE_MISMATCH',
    'value x: expected an element type that onnxruntime-node exchanges, got bfloat16',
  ],
];

/** Selu in float64, which the CPU has no kernel for, with float32 at the edges. */
function doublePrecisionSelu(): Model {
  const model = rawModel({ opType: 'Selu', inputs: ['wide'], outputs: ['result'] });
  const cast = (name: string, from: string, output: string, to: number) => ({
    ...model.graph.nodes[0],
    name,
    opType: 'Cast',
    inputs: [from],
    outputs: [output],
    attributes: { to: int(to) },
  });
  const [x] = model.graph.outputs;
  return {
    ...model,
    graph: {
      ...model.graph,
      inputs: [{ ...x, name: 'x' }],
      nodes: [cast('in', 'x', 'wide', 11), ...model.graph.nodes, cast('out', 'result', 'y', 1)],
    },
  };
}

describe('load refuses', () => {
  it.each(refused)('%s', async (_, model, code, sentence) => {
    const error = await sentenceOf(runtime.load(model));
    expect(error.code).toBe(code);
    expect(error.message).toContain(sentence);
  });

  it.each([
    [{ threads: 0 }, 'threads: expected an integer from 1 to 1024, got 0'],
    [{ threads: 1.5 }, 'got 1.5'],
    [{ spinning: 'no' as never }, 'spinning: expected true or false, got no'],
    [{ memoryPattern: true } as never, 'memoryPattern: expected one of the options'],
  ])('the options %j', async (options, sentence) => {
    const error = await sentenceOf(runtime.load(reluModel(), options));
    expect(error.code).toBe('OPTION_INVALID');
    expect(error.message).toContain(sentence);
  });
});

describe('a run that fails', () => {
  it('names the node and says why, and leaves the session usable', async () => {
    const session = await runtime.load(gatherModel());
    const x = float32([1, 2, 3]);
    const error = await sentenceOf(session.run({ x, index: int64([7]) }));
    expect(error.code).toBe('RUNTIME_FAILED');
    expect(error.message).toBe(
      'graph gather, node gather (Gather): expected a run without errors, got indices element out of data bounds, ' +
        'idx=7 must be within the inclusive range [-3,2]; check the values that are fed',
    );
    expect([...(await session.run({ x, index: int64([-1]) }))['y'].data]).toEqual([3]);
    await session.dispose();
  });

  it('says how much memory was missing', async () => {
    const builder = new GraphBuilder({ name: 'large' });
    const x = builder.input('x', 'float32', [2 ** 20, 1]);
    const wide = builder.apply('Add', [x, builder.input('row', 'float32', [1, 2 ** 24])]);
    builder.output(builder.apply('ReduceMax', [wide], { keepdims: int(0) }), 'y');
    const session = await runtime.load(builder.build());
    const feeds = {
      x: float32(new Float32Array(2 ** 20), [2 ** 20, 1]),
      row: float32(new Float32Array(2 ** 24), [1, 2 ** 24]),
    };
    const error = await sentenceOf(session.run(feeds));
    expect(error.code).toBe('RUNTIME_FAILED');
    expect(error.message).toContain(
      `expected enough memory, got no room for a buffer of ${4 * 2 ** 44} bytes`,
    );
    await session.dispose();
  });
});
