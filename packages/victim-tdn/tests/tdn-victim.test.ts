import { lossGradientGraph } from '@msanet/autodiff';
import { createFrom, type VictimModel } from '@msanet/core';
import { createOrtRuntime } from '@msanet/runtime-ort';
import { ReferenceRuntime } from '@msanet/runtime-reference';
import { Random, int64, type Tensor } from '@msanet/tensor';
import { describeVictimModel, randomClips, relativeError } from '@msanet/testkit';
import { afterEach, describe, expect, it } from 'vitest';
import {
  buildTdn,
  createTdnVictim,
  customTdnBackbone,
  randomTdnWeights,
  tdnBackbone,
  tdnVictim,
  type TdnConfig,
} from '../src/index.js';

/** Three stages of one block each: every operator of the real ones, in a moment. */
const tiny: TdnConfig = {
  backbone: customTdnBackbone({
    name: 'ResNet-8',
    block: 'basic',
    blocks: [1, 1, 1],
    stem: 8,
    widths: [8, 16, 16],
  }),
  segments: 3,
  classes: 6,
  inputSize: 24,
};

const victims: VictimModel[] = [];
afterEach(async () => {
  for (const victim of victims.splice(0)) await victim.dispose();
});

const weights = (config: TdnConfig) => () => randomTdnWeights(config, new Random(7));

describeVictimModel({
  name: 'a tiny TDN on the reference runtime',
  create: () =>
    createTdnVictim({ config: tiny, weights: weights(tiny), runtime: new ReferenceRuntime() }),
  losses: ['cross-entropy'],
  // A difference quotient crosses kinks of ReLU and max-pool.
  tolerance: { gradient: 0.05 },
});

describe.each([
  { name: 'bottlenecks, 8 segments', backbone: tdnBackbone(50, 1 / 8), segments: 8 },
  { name: 'bottlenecks, 2 segments', backbone: tdnBackbone(50, 1 / 8), segments: 2 },
  { name: 'basic blocks, 1 segment', backbone: tdnBackbone(18, 1 / 8), segments: 1 },
])('a narrow TDN of $name', ({ backbone, segments }) => {
  const config: TdnConfig = { ...tiny, backbone, segments, inputSize: 40 };

  it('gives the same on both runtimes', async () => {
    const clips = randomClips(2, { frames: 5 * segments, height: 40, width: 40 }, 1);
    const loss = { kind: 'cross-entropy', labels: [1, 2] } as const;
    const runtimes = [new ReferenceRuntime(), await createOrtRuntime({ threads: 1 })];
    const [reference, ort] = await Promise.all(
      runtimes.map(async (runtime) => {
        const victim = await createTdnVictim({ config, weights: weights(config), runtime });
        victims.push(victim);
        return victim.lossGradient(clips, loss);
      }),
    );
    expect(relativeError(ort.logits.data, reference.logits.data)).toBeLessThan(1e-5);
    expect(relativeError(ort.gradient.data, reference.gradient.data)).toBeLessThan(1e-3);
  });
});

describe('random weights', () => {
  it('depend on the seed alone', () => {
    const draw = (seed: number) => randomTdnWeights(tiny, new Random(seed));
    expect(draw(1)).toEqual(draw(1));
    expect(draw(1).get('conv1.weight')).not.toEqual(draw(2).get('conv1.weight'));
  });

  it('start as the shift of TSM along time', () => {
    const kernels = randomTdnWeights(tiny, new Random(1)).get('layer2_bak.0.shift.conv.weight');
    const next = [0, 0, 1];
    const previous = [1, 0, 0];
    const still = Array.from({ length: 12 }, () => [0, 1, 0]);
    expect(Array.from(kernels?.data ?? [])).toEqual(
      [next, next, previous, previous, ...still].flat(),
    );
  });

  it.each([tiny.backbone, tdnBackbone(101, 1 / 8)])(
    'keep the logits of $name of moderate size',
    async (backbone) => {
      const runtime = await createOrtRuntime({ threads: 1 });
      const config = { ...tiny, backbone, inputSize: 40 };
      const victim = await createTdnVictim({ config, weights: weights(config), runtime });
      victims.push(victim);
      const { data } = await victim.predict(randomClips(4, victim.input, 3));
      const size = Math.sqrt(data.reduce((sum, value) => sum + value * value, 0) / data.length);
      expect(size).toBeGreaterThan(0.05);
      expect(size).toBeLessThan(50);
    },
  );
});

describe('a graph for training', () => {
  it('holds the weights as they are, and computes the same and its slope in them', async () => {
    const drawn = weights(tiny)();
    const forward = buildTdn(tiny, drawn, { trainable: true });
    for (const [name, tensor] of drawn) {
      expect(forward.graph.initializers.get(name), name).toEqual(tensor);
    }
    const names = ['layer2_bak.0.shift.conv', 'conv1_5.0', 'layer3_bak.0.mse.conv3'].map(
      (layer) => `${layer}.weight`,
    );
    const runtime = new ReferenceRuntime();
    const loss = { kind: 'cross-entropy' } as const;
    const options = { input: 'clips', logits: 'logits', loss, parameters: names };
    const training = await runtime.load(lossGradientGraph(forward, options));
    const inference = await runtime.load(buildTdn(tiny, drawn));
    const { data, shape } = randomClips(1, { frames: 15, height: 24, width: 24 }, 5);
    const clips = { dtype: 'float32', shape, data } as const;
    const lossAt = async (parameters: ReadonlyMap<string, Tensor>) => {
      const feeds = { clips, labels: int64([2]), ...Object.fromEntries(parameters) };
      return training.run(feeds);
    };
    const own = new Map(names.map((name) => [name, drawn.get(name) as Tensor<'float32'>]));
    const result = await lossAt(own);
    const { logits } = await inference.run({ clips });
    expect(relativeError(numbers(result['logits']), numbers(logits))).toBeLessThan(1e-6);

    for (const name of names) {
      const gradient = numbers(result[`gradient.${name}`]);
      const moved = async (step: number): Promise<number> => {
        const tensor = own.get(name) as Tensor<'float32'>;
        const values = tensor.data.map((value, index) => value + step * gradient[index]);
        const there = await lossAt(new Map([...own, [name, { ...tensor, data: values }]]));
        return numbers(there['loss'])[0];
      };
      const squared = gradient.reduce((sum, value) => sum + value * value, 0);
      const step = 1e-3 / Math.sqrt(squared);
      const slope = ((await moved(step)) - (await moved(-step))) / (2 * step);
      expect(slope / squared, name).toBeCloseTo(1, 2);
    }
  });
});

/** The values of a tensor of the reference runtime. */
function numbers({ data }: Tensor): Float64Array {
  return data as Float64Array;
}

describe('a batch of clips in one graph', () => {
  it('keeps the clips apart, also along time', async () => {
    const runtime = new ReferenceRuntime();
    const clips = randomClips(3, { frames: 15, height: 24, width: 24 }, 5);
    const drawn = weights(tiny)();
    const outputs = await Promise.all(
      [1, 3].map(async (batch) => {
        const session = await runtime.load(buildTdn(tiny, drawn, { batch }));
        const size = (batch * clips.data.length) / 3;
        const shape = [batch, ...clips.shape.slice(1)];
        const feed = { dtype: 'float32', shape, data: clips.data.subarray(0, size) } as const;
        return (await session.run({ clips: feed }))['logits'].data as Float64Array;
      }),
    );
    expect(Array.from(outputs[1].subarray(0, 6))).toEqual(Array.from(outputs[0]));
  });
});

describe('a configuration outside its domain is refused', () => {
  it.each([
    { change: { segments: 0 }, says: 'option segments: expected an integer from 1, got 0' },
    { change: { classes: 1 }, says: 'option classes' },
    { change: { inputSize: 16 }, says: 'option inputSize: expected an integer from 17' },
    { change: { inputSize: 32.5 }, says: 'option inputSize' },
    {
      change: { backbone: tdnBackbone(50, 1 / 8), inputSize: 32 },
      says: 'option inputSize: expected an integer from 33',
    },
  ])('$says', async ({ change, says }) => {
    const config = { ...tiny, ...change };
    const victim = createTdnVictim({
      config,
      weights: weights(config),
      runtime: new ReferenceRuntime(),
    });
    await expect(victim).rejects.toMatchObject({ code: 'OPTION_INVALID' });
    await expect(victim).rejects.toThrow(says);
  });

  it.each([
    { name: 'ResNet-50', block: 'bottleneck' as const, inputSize: 33 },
    { name: 'basic blocks', block: 'basic' as const, inputSize: 9 },
    { name: 'one bottleneck', block: 'bottleneck' as const, inputSize: 5 },
  ])('while the smallest input of $name works', ({ name, block, inputSize }) => {
    const small = { name, block, blocks: [1, 1], stem: 8, widths: [8, 16] };
    const backbone = name === 'ResNet-50' ? tdnBackbone(50, 1 / 8) : customTdnBackbone(small);
    const config = { ...tiny, backbone, inputSize };
    expect(() => buildTdn(config, weights(config)())).not.toThrow();
    expect(() => buildTdn({ ...config, inputSize: inputSize - 1 }, weights(config)())).toThrow(
      /inputSize/,
    );
  });

  it.each([
    { widths: [8, 24] },
    { widths: [8] },
    { blocks: [1, 0] },
    { stem: 1.5 },
    { blocks: [], widths: [] },
  ])('and so is the backbone %j', (change) => {
    const options = {
      name: 'x',
      block: 'basic' as const,
      blocks: [1, 1],
      stem: 8,
      widths: [8, 16],
    };
    expect(() => customTdnBackbone({ ...options, ...change })).toThrow(
      expect.objectContaining({ code: 'OPTION_INVALID' }),
    );
  });

  it('and so are weights of another one', async () => {
    const victim = createTdnVictim({
      config: { ...tiny, classes: 7 },
      weights: weights(tiny),
      runtime: new ReferenceRuntime(),
    });
    await expect(victim).rejects.toMatchObject({ code: 'GRAPH_INVALID' });
    await expect(victim).rejects.toThrow(/classifier\.weight: expected shape \(7, 16\)/);
  });
});

describe('the plugin', () => {
  const dependencies = { get: <T>() => new ReferenceRuntime() as T };

  it.each([
    { options: {}, says: /option checkpoint/ },
    { options: { checkpoint: 'x', segments: 0 }, says: /option segments/ },
    { options: { checkpoint: 'x', inputSize: 16 }, says: /option inputSize/ },
    { options: { checkpoint: 'x', depth: 50 }, says: /depth/ },
  ])('refuses options $options', async ({ options, says }) => {
    const victim = createFrom(tdnVictim, dependencies, options);
    await expect(victim).rejects.toMatchObject({ code: 'OPTION_INVALID' });
    await expect(victim).rejects.toThrow(says);
  });

  it('names a checkpoint that is not there', async () => {
    const victim = createFrom(tdnVictim, dependencies, { checkpoint: 'no/such.pth' });
    await expect(victim).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
  });
});
