import { Random, float32, type Tensor } from '@msanet/tensor';
import { GraphBuilder, type GraphRuntime, type Model, type NamedTensors } from '@msanet/onnx';
import { describe, expect, it } from 'vitest';
import { maxAbsError } from './close.js';
import type { OperatorCase } from './operator-cases/operator-case.js';
import { operatorCases } from './operator-cases/table.js';

/** A runtime to test, and the one that knows the truth. */
export interface RuntimeSuite {
  readonly name: string;
  readonly runtime: () => Promise<GraphRuntime>;
  readonly reference: () => GraphRuntime;
  /**
   * Whether the runtime can run a case; all by default. Cases that it cannot run must be refused with an error of ours, so
   * that an exception which is no longer needed is found.
   */
  readonly supports?: (operatorCase: OperatorCase) => boolean;
  /**
   * Largest element-wise error of floating-point results, relative to the largest expected element or, where that is
   * smaller, to 1. The default of 3e-6 suits runtimes that compute in float32.
   */
  readonly tolerance?: number;
  /** Seed of the values; 1 by default. */
  readonly seed?: number;
}

/**
 * The conformance suite of graph runtimes: every operator case agrees with the reference, feeds stay as they are, two
 * runs are equal, and bad feeds, bad graphs and disposed sessions give the promised codes.
 */
export function describeRuntime(suite: RuntimeSuite): void {
  const { supports = () => true } = suite;
  describe(`${suite.name} agrees with the reference`, () => {
    it.each(operatorCases.filter(supports).map(named))('%s', async (_, operatorCase) => {
      await expectAgreement(suite, operatorCase);
    });
  });
  const refused = operatorCases.filter((operatorCase) => !supports(operatorCase));
  if (refused.length > 0) {
    describe(`${suite.name} refuses what it cannot run`, () => {
      it.each(refused.map(named))('%s', async (_, operatorCase) => {
        const runtime = await suite.runtime();
        await expect(runtime.load(operatorCase.build())).rejects.toMatchObject({
          name: 'MsanetError',
        });
      });
    });
  }
  describeContract(suite);
}

function named(operatorCase: OperatorCase): [string, OperatorCase] {
  return [`${operatorCase.name} (opset ${operatorCase.opset})`, operatorCase];
}

async function expectAgreement(suite: RuntimeSuite, operatorCase: OperatorCase): Promise<void> {
  const seed = suite.seed ?? 1;
  const model = operatorCase.build();
  const feeds = operatorCase.feeds(new Random(seed).fork(operatorCase.name));
  const expected = await runOnce(suite.reference(), model, feeds);
  const actual = await runOnce(await suite.runtime(), model, feeds);
  for (const { name, dtype, shape } of model.graph.outputs) {
    const what = `${operatorCase.name}, output ${name}, seed ${seed}`;
    expect(actual[name].shape, `${what}: shape against the reference`).toEqual(
      expected[name].shape,
    );
    expect(actual[name].shape, `${what}: shape against inference`).toEqual(shape);
    if (!isFloating(actual[name])) {
      expect(actual[name].dtype, what).toBe(dtype);
      expect(numbers(actual[name]), what).toEqual(numbers(expected[name]));
      continue;
    }
    const largest = numbers(expected[name])
      .filter(Number.isFinite)
      .reduce((best, value) => Math.max(best, Math.abs(value)), 1);
    const error = maxAbsError(actual[name].data, expected[name].data);
    expect(
      error / largest,
      `${what}: ${sample(actual[name])} instead of ${sample(expected[name])}`,
    ).toBeLessThanOrEqual(suite.tolerance ?? 3e-6);
  }
}

function isFloating({ dtype }: Tensor): boolean {
  return dtype === 'float32' || dtype === 'float64';
}

function numbers({ data }: Tensor): number[] {
  return Array.from<number | bigint, number>(data, Number);
}

/** The first elements, for a failure message. */
function sample(value: Tensor): string {
  return numbers(value)
    .slice(0, 8)
    .map((element) => element.toPrecision(6))
    .join(', ');
}

async function runOnce(
  runtime: GraphRuntime,
  model: Model,
  feeds: NamedTensors,
): Promise<NamedTensors> {
  const session = await runtime.load(model);
  try {
    return await session.run(feeds);
  } finally {
    await session.dispose();
  }
}

/** y = softmax(x · w), with x fed. */
function smallModel(): Model {
  const builder = new GraphBuilder({ name: 'small' });
  const x = builder.input('x', 'float32', [2, 3]);
  const w = builder.constant(float32([1, -2, 0.5, 3, -1, 2], [3, 2]), 'w');
  builder.output(builder.apply('Softmax', [builder.apply('MatMul', [x, w])]), 'y');
  return builder.build();
}

/** A model of one node that no operator set has. */
function unknownOperatorModel(): Model {
  const model = smallModel();
  const [first, ...rest] = model.graph.nodes;
  const nodes = [{ ...first, name: 'strange', opType: 'NoSuchOperator' }, ...rest];
  return { ...model, graph: { ...model.graph, nodes } };
}

function describeContract({ name, runtime }: RuntimeSuite): void {
  const feed = () => ({ x: float32([0.5, -1, 2, 3, 0, -0.25], [2, 3]) });
  const load = async () => (await runtime()).load(smallModel());

  describe(`${name} keeps the runtime contract`, () => {
    it('names itself, its device and its precision', async () => {
      const { id, device, precision } = await runtime();
      expect(id).toMatch(/^[a-z][a-z0-9-]*$/);
      expect(device).not.toBe('');
      expect(['float32', 'float64']).toContain(precision);
    });

    it('declares its inputs and outputs', async () => {
      const session = await load();
      expect(session.inputs).toEqual([{ name: 'x', dtype: 'float32', shape: [2, 3] }]);
      expect(session.outputs.map((output) => output.name)).toEqual(['y']);
      await session.dispose();
    });

    it('only reads its feeds', async () => {
      const session = await load();
      const feeds = feed();
      await session.run(feeds);
      expect(feeds).toEqual(feed());
      await session.dispose();
    });

    it('gives bit-equal results twice, and results that stay', async () => {
      const session = await load();
      const { y: first } = await session.run(feed());
      const kept = numbers(first);
      const { y: second } = await session.run(feed());
      expect(numbers(second)).toEqual(kept);
      await session.run({ x: float32([9, 9, 9, 9, 9, 9], [2, 3]) });
      expect(numbers(first)).toEqual(kept);
      await session.dispose();
    });

    it('gives results that the caller may write to', async () => {
      const session = await load();
      const { y: first } = await session.run(feed());
      const kept = numbers(first);
      (first.data as Float32Array).fill(7);
      const { y: second } = await session.run(feed());
      expect(numbers(second)).toEqual(kept);
      await session.dispose();
    });

    it('refuses a wrong shape', async () => {
      const session = await load();
      const run = session.run({ x: float32([1, 2, 3], [1, 3]) });
      await expect(run).rejects.toMatchObject({ code: 'SHAPE_MISMATCH' });
      await session.dispose();
    });

    it('refuses a wrong element type', async () => {
      const session = await load();
      const x: Tensor = { dtype: 'int32', shape: [2, 3], data: new Int32Array(6) };
      await expect(session.run({ x })).rejects.toMatchObject({ code: 'DTYPE_MISMATCH' });
      await session.dispose();
    });

    it('refuses a missing and an unknown feed', async () => {
      const session = await load();
      await expect(session.run({})).rejects.toMatchObject({ code: 'SHAPE_MISMATCH' });
      const extra = session.run({ ...feed(), z: float32([1]) });
      await expect(extra).rejects.toMatchObject({ code: 'SHAPE_MISMATCH' });
      await session.dispose();
    });

    it('still works after it refused a feed', async () => {
      const session = await load();
      const { y: before } = await session.run(feed());
      await expect(session.run({})).rejects.toThrow();
      const { y: after } = await session.run(feed());
      expect(after).toEqual(before);
      await session.dispose();
    });

    it('refuses an unknown operator and names its node', async () => {
      const loading = (await runtime()).load(unknownOperatorModel());
      await expect(loading).rejects.toMatchObject({ code: 'OPERATOR_UNSUPPORTED' });
      await expect(loading).rejects.toThrow(/strange.*NoSuchOperator/);
    });

    it('refuses thread counts below 1', async () => {
      const loading = (await runtime()).load(smallModel(), { threads: 0 });
      await expect(loading).rejects.toMatchObject({ code: 'OPTION_INVALID' });
    });

    it('can be disposed twice, and does not run afterwards', async () => {
      const session = await load();
      await session.dispose();
      await session.dispose();
      await expect(session.run(feed())).rejects.toMatchObject({ code: 'DISPOSED' });
    });

    it('keeps sessions apart', async () => {
      const [first, second] = [await load(), await load()];
      await first.dispose();
      const { y } = await second.run(feed());
      expect(y.shape).toEqual([2, 2]);
      await second.dispose();
    });
  });
}
