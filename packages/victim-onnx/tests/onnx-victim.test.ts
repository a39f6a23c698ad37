import { clipAt, copyClips, selectClips, type Loss, type VictimModel } from '@msanet/core';
import { GraphBuilder, type GraphRuntime, type Model } from '@msanet/onnx';
import { createOrtRuntime } from '@msanet/runtime-ort';
import { ReferenceRuntime } from '@msanet/runtime-reference';
import { describeVictimModel, randomClips } from '@msanet/testkit';
import { afterEach, describe, expect, it } from 'vitest';
import { createOnnxVictim, hmdb51Labels, segmentSampling } from '../src/index.js';
import { countingRuntime } from './support/counting-runtime.js';
import { smallClasses, smallGraph, smallInput } from './support/small-graph.js';

const victims: VictimModel[] = [];
afterEach(async () => {
  for (const victim of victims.splice(0)) await victim.dispose();
});

interface Variation {
  readonly batch?: number;
  readonly model?: (batch: number) => Model;
  readonly labels?: readonly string[];
}

/** A victim that the test does not have to dispose. */
async function smallVictim(runtime: GraphRuntime, options: Variation = {}): Promise<VictimModel> {
  const victim = await makeVictim(runtime, options);
  victims.push(victim);
  return victim;
}

function makeVictim(runtime: GraphRuntime, options: Variation = {}): Promise<VictimModel> {
  return createOnnxVictim({
    id: 'small',
    input: smallInput,
    sampling: segmentSampling(smallInput.frames),
    geometry: { shortSide: 10 },
    model: smallGraph,
    runtime,
    ...options,
  });
}

// Five clips do not fill chunks of two: the last one is padded.
for (const batch of [1, 2, 8]) {
  describeVictimModel({
    name: `a graph on the reference runtime, ${batch} clips per run`,
    create: () => makeVictim(new ReferenceRuntime(), { batch }),
    clips: () => randomClips(5, smallInput, 2),
    seed: 3,
  });
}

describeVictimModel({
  name: 'a graph on ONNX Runtime',
  create: async () => makeVictim(await createOrtRuntime({ threads: 1 })),
  clips: () => randomClips(3, smallInput, 3),
  seed: 3,
});

const labels = (batch: number): number[] => Array.from({ length: batch }, (_, i) => i % 5);
const crossEntropy = (batch: number): Loss => ({ kind: 'cross-entropy', labels: labels(batch) });

describe('the batch of a session', () => {
  it('does not show in the results', async () => {
    const clips = randomClips(5, smallInput, 4);
    const one = await smallVictim(new ReferenceRuntime(), { batch: 1 });
    const three = await smallVictim(new ReferenceRuntime(), { batch: 3 });
    expect(await three.predict(clips)).toEqual(await one.predict(clips));
    const loss: Loss = { kind: 'margin', labels: labels(5), confidence: 0.25 };
    expect(await three.lossGradient(clips, loss)).toEqual(await one.lossGradient(clips, loss));
  });

  it('is the same for every run, whatever the batch of clips', async () => {
    const runtime = countingRuntime(new ReferenceRuntime());
    const victim = await smallVictim(runtime, { batch: 2 });
    for (const count of [1, 2, 3]) await victim.predict(randomClips(count, smallInput, 1));
    expect(runtime.loaded).toEqual(['clips']);
    expect(runtime.runs.map(({ feeds }) => feeds['clips'].shape[0])).toEqual([2, 2, 2, 2]);
  });
});

describe('sessions', () => {
  it('are compiled when first needed', async () => {
    const runtime = countingRuntime(new ReferenceRuntime());
    const victim = await smallVictim(runtime);
    expect(runtime.loaded).toEqual([]);
    const clips = randomClips(2, smallInput, 1);
    await victim.lossGradient(clips, crossEntropy(2));
    expect(runtime.loaded).toEqual(['clips+labels']);
    await victim.predict(clips);
    expect(runtime.loaded).toEqual(['clips+labels', 'clips']);
  });

  it('are kept for two losses, the least recently used released', async () => {
    const runtime = countingRuntime(new ReferenceRuntime());
    const victim = await smallVictim(runtime);
    const clips = randomClips(1, smallInput, 1);
    const ask = (loss: Loss) => victim.lossGradient(clips, loss);
    await ask({ kind: 'cross-entropy', labels: [1] });
    await ask({ kind: 'targeted-cross-entropy', targets: [2] });
    await ask({ kind: 'cross-entropy', labels: [3] });
    expect([...runtime.alive]).toEqual(['0: clips+labels', '1: clips+targets']);
    await ask({ kind: 'targeted-dlr', labels: [1], targets: [2] });
    expect([...runtime.alive]).toEqual(['0: clips+labels', '2: clips+labels+targets']);
    await ask({ kind: 'cross-entropy', labels: [0] });
    expect(runtime.loaded).toHaveLength(3);
  });

  it('tell margins of different confidence apart', async () => {
    const victim = await smallVictim(new ReferenceRuntime());
    const clips = randomClips(1, smallInput, 1);
    const margin = async (confidence?: number): Promise<number> =>
      (await victim.lossGradient(clips, { kind: 'margin', labels: [2], confidence })).loss[0];
    const free = await margin();
    expect(await margin(free - 1)).toBeCloseTo(free - 1, 5);
    expect(await margin(free - 2)).toBeCloseTo(free - 2, 5);
    expect(await margin()).toBe(free);
  });

  it('take the graph that was made at the start, and ask for another each', async () => {
    let made = 0;
    const victim = await smallVictim(new ReferenceRuntime(), {
      model(batch) {
        made += 1;
        return smallGraph(batch);
      },
    });
    const clips = randomClips(1, smallInput, 1);
    expect(made).toBe(1);
    await victim.predict(clips);
    await victim.predict(clips);
    expect(made).toBe(1);
    await victim.lossGradient(clips, crossEntropy(1));
    expect(made).toBe(2);
  });

  it('serve calls that come at the same time one after the other', async () => {
    const runtime = countingRuntime(new ReferenceRuntime());
    const victim = await smallVictim(runtime);
    const clips = randomClips(3, smallInput, 1);
    const losses: Loss[] = [
      crossEntropy(3),
      { kind: 'dlr', labels: [0, 1, 2] },
      { kind: 'margin', labels: [0, 1, 2] },
    ];
    const together = await Promise.all([
      ...losses.map((loss) => victim.lossGradient(clips, loss)),
      victim.predict(clips).then((logits) => ({ logits })),
    ]);
    expect(runtime.mostAtOnce).toBe(1);
    for (const [index, loss] of losses.entries()) {
      expect(together[index]).toEqual(await victim.lossGradient(clips, loss));
    }
  });

  it('are all released by dispose, which lets calls under way finish', async () => {
    const runtime = countingRuntime(new ReferenceRuntime());
    const victim = await smallVictim(runtime);
    const clips = randomClips(2, smallInput, 1);
    await victim.predict(clips);
    const gradient = victim.lossGradient(clips, crossEntropy(2));
    await Promise.all([victim.dispose(), victim.dispose()]);
    await expect(gradient).resolves.toMatchObject({ loss: expect.any(Float32Array) });
    expect(runtime.alive.size).toBe(0);
    await expect(victim.predict(clips)).rejects.toMatchObject({ code: 'DISPOSED' });
  });

  it('leave the victim usable when one cannot be compiled', async () => {
    let failures = 1;
    const reference = new ReferenceRuntime();
    const victim = await smallVictim({
      id: 'flaky',
      device: 'cpu',
      precision: 'float64',
      load: (model) => (failures-- > 0 ? Promise.reject(new Error('out')) : reference.load(model)),
    });
    const clips = randomClips(1, smallInput, 1);
    await expect(victim.predict(clips)).rejects.toThrow('out');
    await expect(victim.predict(clips)).resolves.toMatchObject({ shape: [1, smallClasses] });
  });
});

describe('memory', () => {
  it('of the runtime is handed over for one clip, and fed from the clips', async () => {
    const runtime = countingRuntime(await createOrtRuntime({ threads: 1 }));
    const victim = await smallVictim(runtime);
    const clips = randomClips(3, smallInput, 1);
    const { gradient, logits } = await victim.lossGradient(
      selectClips(clips, [0]),
      crossEntropy(1),
    );
    expect(gradient.data).toBe(runtime.runs[0].results['gradient'].data);
    expect(logits.data).toBe(runtime.runs[0].results['logits'].data);
    await victim.predict(clips);
    for (const [index, { feeds }] of runtime.runs.slice(1).entries()) {
      expect(feeds['clips'].data.buffer).toBe(clips.data.buffer);
      expect(feeds['clips'].data).toEqual(clipAt(clips, index));
    }
  });

  it('of the clips stays as it is', async () => {
    const victim = await smallVictim(new ReferenceRuntime(), { batch: 2 });
    const clips = randomClips(3, smallInput, 1);
    const before = copyClips(clips);
    await victim.lossGradient(clips, crossEntropy(3));
    expect(clips).toEqual(before);
  });
});

describe('what a victim is made of is checked', () => {
  const runtime = new ReferenceRuntime();
  const graph = (build: (builder: GraphBuilder) => void) => () => {
    const builder = new GraphBuilder({ name: 'odd' });
    build(builder);
    return builder.build();
  };
  const { frames, height, width } = smallInput;
  const clipShape = [1, frames, 3, height, width];

  it.each([
    {
      case: 'an input of another name',
      model: graph((b) => b.output(b.input('input', 'float32', clipShape), 'logits')),
      says: /one input clips of float32 \(1, 3, 3, 8, 10\), got input of float32/,
    },
    {
      case: 'an input of another shape',
      model: graph((b) => b.output(b.input('clips', 'float32', [1, 3, 8, 10]), 'logits')),
      says: /got clips of float32 \(1, 3, 8, 10\)/,
    },
    {
      case: 'a second input',
      model: graph((b) => {
        b.input('state', 'float32', [1]);
        b.output(b.input('clips', 'float32', clipShape), 'logits');
      }),
      says: /got state of float32 \(1\) and clips/,
    },
    {
      case: 'an output that is no matrix',
      model: graph((b) => b.output(b.input('clips', 'float32', clipShape), 'logits')),
      says: /one output logits of float32 \(1, classes\)/,
    },
    {
      case: 'no output',
      model: graph((b) => void b.input('clips', 'float32', clipShape)),
      says: /got none/,
    },
  ])('$case', async ({ model, says }) => {
    const victim = smallVictim(runtime, { model });
    await expect(victim).rejects.toMatchObject({ code: 'MODEL_UNSUPPORTED' });
    await expect(victim).rejects.toThrow(says);
  });

  it('labels that are too few or not all different', async () => {
    const few = smallVictim(runtime, { labels: ['a', 'b'] });
    await expect(few).rejects.toMatchObject({ code: 'LABELS_INVALID' });
    await expect(few).rejects.toThrow('expected 5 different names, one per class, got 2 names');
    const same = smallVictim(runtime, { labels: ['a', 'b', 'c', 'd', 'a'] });
    await expect(same).rejects.toThrow('got 4 different ones');
    const all = await smallVictim(runtime, { labels: hmdb51Labels.slice(0, 5) });
    expect(all.labels).toEqual(['brush_hair', 'cartwheel', 'catch', 'chew', 'clap']);
  });
});
