import { createFrom, type VictimModel } from '@msanet/core';
import { createOrtRuntime } from '@msanet/runtime-ort';
import { ReferenceRuntime } from '@msanet/runtime-reference';
import { Random } from '@msanet/tensor';
import { describeVictimModel, randomClips, relativeError } from '@msanet/testkit';
import { afterEach, describe, expect, it } from 'vitest';
import {
  buildTsm,
  createTsmVictim,
  customResNet,
  mobilenetV2Backbone,
  randomTsmWeights,
  resnetBackbone,
  tsmVictim,
  type TsmConfig,
} from '../src/index.js';

/** A ResNet-10 of a sixteenth of the width: every operator of the real ones, in a moment. */
const tiny: TsmConfig = {
  backbone: customResNet({
    name: 'ResNet-10 ×1/8',
    block: 'basic',
    blocks: [1, 1, 1, 1],
    stem: 8,
    widths: [8, 16, 16, 32],
  }),
  segments: 4,
  shiftDivisor: 4,
  shiftPlacement: 'blockres',
  classes: 6,
  inputSize: 32,
};

const victims: VictimModel[] = [];
afterEach(async () => {
  for (const victim of victims.splice(0)) await victim.dispose();
});

const weights = (config: TsmConfig) => () => randomTsmWeights(config, new Random(7));

describeVictimModel({
  name: 'a tiny TSM on the reference runtime',
  create: () =>
    createTsmVictim({ config: tiny, weights: weights(tiny), runtime: new ReferenceRuntime() }),
  losses: ['cross-entropy'],
  // A difference quotient crosses kinks of ReLU and max-pool.
  tolerance: { gradient: 0.05 },
});

describe.each([
  { name: 'ResNet-50, bottlenecks', backbone: resnetBackbone(50, 1 / 16) },
  { name: 'MobileNetV2', backbone: mobilenetV2Backbone(0.25) },
])('a narrow TSM on $name', ({ backbone }) => {
  const config: TsmConfig = { ...tiny, backbone };

  it('gives the same on both runtimes', async () => {
    const clips = randomClips(2, { frames: 4, height: 32, width: 32 }, 1);
    const loss = { kind: 'cross-entropy', labels: [1, 2] } as const;
    const runtimes = [new ReferenceRuntime(), await createOrtRuntime({ threads: 1 })];
    const [reference, ort] = await Promise.all(
      runtimes.map(async (runtime) => {
        const victim = await createTsmVictim({ config, weights: weights(config), runtime });
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
    const draw = (seed: number) => randomTsmWeights(tiny, new Random(seed));
    expect(draw(1)).toEqual(draw(1));
    expect(draw(1).get('stem.weight')).not.toEqual(draw(2).get('stem.weight'));
  });

  it.each([
    tiny,
    { ...tiny, backbone: resnetBackbone(101, 1 / 16) },
    { ...tiny, backbone: mobilenetV2Backbone(0.25) },
  ])('keep the logits of $backbone.name of moderate size', async (config) => {
    const runtime = await createOrtRuntime({ threads: 1 });
    const victim = await createTsmVictim({ config, weights: weights(config), runtime });
    victims.push(victim);
    const { data } = await victim.predict(randomClips(4, victim.input, 3));
    const size = Math.sqrt(data.reduce((sum, value) => sum + value * value, 0) / data.length);
    expect(size).toBeGreaterThan(0.05);
    expect(size).toBeLessThan(50);
  });
});

describe('a batch of clips in one graph', () => {
  it('keeps the clips apart, also in the shift', async () => {
    const runtime = new ReferenceRuntime();
    const clips = randomClips(3, { frames: 4, height: 32, width: 32 }, 5);
    const drawn = weights(tiny)();
    const outputs = await Promise.all(
      [1, 3].map(async (batch) => {
        const session = await runtime.load(buildTsm(tiny, drawn, batch));
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
    { change: { shiftDivisor: 1 }, says: 'option shiftDivisor' },
    { change: { classes: 1 }, says: 'option classes' },
    { change: { inputSize: 31 }, says: 'option inputSize' },
    { change: { inputSize: 32.5 }, says: 'option inputSize' },
    {
      change: { backbone: mobilenetV2Backbone(0.25), shiftPlacement: 'block' as const },
      says: 'option shiftPlacement',
    },
  ])('$says', async ({ change, says }) => {
    const config = { ...tiny, ...change };
    const victim = createTsmVictim({
      config,
      weights: weights(config),
      runtime: new ReferenceRuntime(),
    });
    await expect(victim).rejects.toMatchObject({ code: 'OPTION_INVALID' });
    await expect(victim).rejects.toThrow(says);
  });

  it('and so are weights of another one', async () => {
    const victim = createTsmVictim({
      config: { ...tiny, classes: 7 },
      weights: weights(tiny),
      runtime: new ReferenceRuntime(),
    });
    await expect(victim).rejects.toMatchObject({ code: 'GRAPH_INVALID' });
    await expect(victim).rejects.toThrow(/classifier\.weight: expected shape \(7, 32\)/);
  });
});

describe('the plugin', () => {
  const dependencies = { get: <T>() => new ReferenceRuntime() as T };

  it.each([
    { options: {}, says: /option checkpoint/ },
    { options: { checkpoint: 'x', segments: 0 }, says: /option segments/ },
    { options: { checkpoint: 'x', shiftDivisor: 1 }, says: /option shiftDivisor/ },
    { options: { checkpoint: 'x', inputSize: 16 }, says: /option inputSize/ },
    { options: { checkpoint: 'x', depth: 50 }, says: /depth/ },
  ])('refuses options $options', async ({ options, says }) => {
    const victim = createFrom(tsmVictim, dependencies, options);
    await expect(victim).rejects.toMatchObject({ code: 'OPTION_INVALID' });
    await expect(victim).rejects.toThrow(says);
  });

  it('names a checkpoint that is not there', async () => {
    const victim = createFrom(tsmVictim, dependencies, { checkpoint: 'no/such.pth' });
    await expect(victim).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
  });
});
