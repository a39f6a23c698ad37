import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GraphBuilder, type GraphRuntime } from '@msanet/onnx';
import { Random, float32, float64, int64, tensor, type Tensor } from '@msanet/tensor';
import { createOrtRuntime } from '@msanet/runtime-ort';
import { convolutionModel, identityModel, randomTensor, reluModel } from './models.js';

let runtime: GraphRuntime;
beforeAll(async () => {
  runtime = await createOrtRuntime({ threads: 2 });
});

describe('a session', () => {
  it('tells the interface of its graph and computes', async () => {
    const session = await runtime.load(reluModel());
    expect(session.inputs).toEqual([{ name: 'x', dtype: 'float32', shape: [2, 3] }]);
    expect(session.outputs).toEqual([{ name: 'y', dtype: 'float32', shape: [2, 3] }]);
    const { y } = await session.run({ x: float32([-1, 2, -3, 4, -5, 6], [2, 3]) });
    expect(y).toEqual(float32([0, 2, 0, 4, 0, 6], [2, 3]));
    await session.dispose();
  });

  it.each<Tensor>([
    float32([1.5, -0, Infinity, NaN]),
    float64([1e300, 5e-324]),
    tensor('float16', [2], Uint16Array.of(0x3c00, 0x7bff)),
    tensor('int8', [2], Int8Array.of(-128, 127)),
    tensor('int16', [2], Int16Array.of(-32768, 32767)),
    tensor('int32', [2], Int32Array.of(-(2 ** 31), 2 ** 31 - 1)),
    tensor('int64', [2], BigInt64Array.of(-(2n ** 63n), 2n ** 63n - 1n)),
    tensor('uint8', [2], Uint8Array.of(0, 255)),
    tensor('uint16', [1], Uint16Array.of(65535)),
    tensor('uint32', [1], Uint32Array.of(2 ** 32 - 1)),
    tensor('uint64', [1], BigUint64Array.of(2n ** 64n - 1n)),
    tensor('bool', [2], Uint8Array.of(0, 1)),
    float32([7], []),
    float32([], [0, 3]),
  ])('exchanges $dtype of shape $shape without loss', async (x) => {
    const session = await runtime.load(identityModel(x.dtype, x.shape));
    const { y } = await session.run({ x });
    expect(y).toEqual(x);
    expect(y.data.constructor).toBe(x.data.constructor);
    await session.dispose();
  });

  it('reads a feed that is a part of a larger buffer', async () => {
    const session = await runtime.load(identityModel('float32', [2]));
    const data = Float32Array.of(1, 2, 3, 4).subarray(1, 3);
    const { y } = await session.run({ x: tensor('float32', [2], data) });
    expect([...y.data]).toEqual([2, 3]);
    await session.dispose();
  });

  it('returns memory of its own: neither feeds nor constants change with the results', async () => {
    const builder = new GraphBuilder();
    builder.output(builder.input('x', 'float32', [2]), 'same');
    builder.output(builder.constant(float32([5, 6])), 'fixed');
    const session = await runtime.load(builder.build());
    const x = float32([1, 2]);
    const first = await session.run({ x });
    (first['same'].data as Float32Array).fill(9);
    (first['fixed'].data as Float32Array).fill(9);
    const second = await session.run({ x });
    expect([...x.data]).toEqual([1, 2]);
    expect([...second['same'].data]).toEqual([1, 2]);
    expect([...second['fixed'].data]).toEqual([5, 6]);
    await session.dispose();
  });

  it('does not take an input that has an initializer', async () => {
    const model = reluModel();
    const session = await runtime.load({
      ...model,
      graph: {
        ...model.graph,
        initializers: new Map([['x', float32([1, -1, 1, -1, 1, -1], [2, 3])]]),
      },
    });
    expect(session.inputs).toEqual([]);
    expect([...(await session.run({}))['y'].data]).toEqual([1, 0, 1, 0, 1, 0]);
    await session.dispose();
  });

  it('takes any length where the graph names a symbol', async () => {
    const model = identityModel('float32', [1, 2]);
    const shape = ['batch', 2];
    const session = await runtime.load({
      ...model,
      graph: {
        ...model.graph,
        inputs: [{ name: 'x', dtype: 'float32', shape }],
        outputs: [{ name: 'y', dtype: 'float32', shape }],
      },
    });
    for (const batch of [1, 3]) {
      const { y } = await session.run({ x: float32(new Float32Array(2 * batch), [batch, 2]) });
      expect(y.shape).toEqual([batch, 2]);
    }
    await session.dispose();
  });
});

describe('determinism', () => {
  it.each([1, 2])('is to the bit with %i threads, also between sessions', async (threads) => {
    const x = randomTensor(new Random(7), [4, 16, 20, 20]);
    const results: Tensor[] = [];
    for (const spinning of [true, false]) {
      const session = await runtime.load(convolutionModel(3), { threads, spinning });
      results.push((await session.run({ x }))['y'], (await session.run({ x }))['y']);
      await session.dispose();
    }
    for (const result of results.slice(1)) expect(result).toEqual(results[0]);
    expect(results[0].data.some((value) => value !== 0)).toBe(true);
  });

  it('does not change the feeds', async () => {
    const x = randomTensor(new Random(8), [4, 16, 20, 20]);
    const before = x.data.slice();
    const session = await runtime.load(convolutionModel(3));
    await session.run({ x });
    expect(x.data).toEqual(before);
    await session.dispose();
  });
});

describe('dispose', () => {
  it('can be called twice, and ends the session', async () => {
    const session = await runtime.load(reluModel());
    await session.dispose();
    await session.dispose();
    await expect(session.run({ x: float32(new Float32Array(6), [2, 3]) })).rejects.toMatchObject({
      code: 'DISPOSED',
    });
  });

  it('lets runs that were asked for before finish', async () => {
    const session = await runtime.load(reluModel());
    const runs = [1, 2].map((value) => session.run({ x: float32(Array(6).fill(value), [2, 3]) }));
    const disposed = session.dispose();
    const values = (await Promise.all(runs)).map(({ y }) => y.data[0]);
    expect(values).toEqual([1, 2]);
    await disposed;
  });
});

describe('wrong feeds', () => {
  let run: (feeds: Record<string, Tensor>) => Promise<unknown>;
  let release: () => Promise<void>;
  beforeAll(async () => {
    const session = await runtime.load(reluModel());
    run = (feeds) => session.run(feeds);
    release = () => session.dispose();
  });
  afterAll(() => release());
  const x = float32(new Float32Array(6), [2, 3]);

  it.each([
    ['a missing feed', {}, 'SHAPE_MISMATCH', 'input x: expected a float32 tensor, got nothing'],
    [
      'a feed of no input',
      { x, z: x },
      'SHAPE_MISMATCH',
      'feed z: expected one of the graph inputs x',
    ],
    ['another shape', { x: float32([1]) }, 'SHAPE_MISMATCH', 'expected shape (2, 3), got (1)'],
    [
      'another rank',
      { x: float32(x.data, [6]) },
      'SHAPE_MISMATCH',
      'expected shape (2, 3), got (6)',
    ],
    [
      'another element type',
      { x: int64([1]) },
      'DTYPE_MISMATCH',
      'expected a float32 tensor, got int64',
    ],
    [
      'a shape that its data do not fill',
      { x: { dtype: 'float32' as const, shape: [2, 3], data: new Float32Array(5) } },
      'RUNTIME_FAILED',
      'does not match data length(5)',
    ],
    [
      'an array of another type',
      { x: { dtype: 'float32' as const, shape: [2, 3], data: new Float64Array(6) as never } },
      'RUNTIME_FAILED',
      "A float32 tensor's data must be type of",
    ],
  ])('%s is refused', async (_, feeds, code, sentence) => {
    await expect(run(feeds)).rejects.toMatchObject({
      name: 'MsanetError',
      code,
      message: expect.stringContaining(sentence) as string,
    });
  });

  it('leave the session usable', async () => {
    await expect(run({})).rejects.toThrow();
    await expect(run({ x })).resolves.toHaveProperty('y');
  });
});
