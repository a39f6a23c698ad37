import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readCheckpoint } from '@msanet/checkpoint';
import type { GraphRuntime } from '@msanet/onnx';
import { createOrtRuntime } from '@msanet/runtime-ort';
import { recipeSchema, train, type LogEntry, type TrainingOptions } from '../../src/index.js';
import { syntheticClips } from '../support/synthetic-clips.js';
import { tinyNetwork } from '../support/tiny-network.js';

let runtime: GraphRuntime;
let folder: string;
beforeAll(async () => {
  runtime = await createOrtRuntime({ threads: 1 });
  folder = await mkdtemp(join(tmpdir(), 'msanet-training-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const recipe = recipeSchema.parse({ epochs: 4, batch: 4, warmUp: 1, evaluateEvery: 2 });

function options(name: string, changes: Partial<TrainingOptions> = {}): TrainingOptions {
  let now = 0;
  return {
    network: tinyNetwork(3, 8),
    clips: syntheticClips(12, 3),
    heldOut: syntheticClips(6, 3),
    recipe,
    seed: 11,
    folder: join(folder, name),
    runtime,
    clock: () => (now += 1),
    ...changes,
  };
}

const bytesOf = (name: string, file: string): Promise<Buffer> => readFile(join(folder, name, file));

async function logOf(name: string): Promise<LogEntry[]> {
  const text = (await bytesOf(name, 'log.jsonl')).toString();
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as LogEntry);
}

describe('train', () => {
  it('gives the same weights and state, bit for bit, for the same seed', async () => {
    await train(options('first'));
    await train(options('second'));
    for (const file of ['weights.safetensors', 'state.safetensors']) {
      expect(await bytesOf('first', file)).toEqual(await bytesOf('second', file));
    }
  });

  it('gives other weights for another seed', async () => {
    await train(options('other', { seed: 12 }));
    const [first, other] = await Promise.all(
      ['first', 'other'].map((name) => bytesOf(name, 'weights.safetensors')),
    );
    expect(first.equals(other)).toBe(false);
  });

  it.each([2, 4, 5, 7])(
    'goes on after an end at step %i as if nothing had been, bit for bit',
    async (last) => {
      const name = `ended at ${last}`;
      const abort = new AbortController();
      const ended = await train(
        options(name, {
          signal: abort.signal,
          onLog: (entry) => {
            if (entry.kind === 'step' && entry.step === last) abort.abort();
          },
        }),
      );
      expect(ended.finished).toBe(false);
      const resumed = await train(options(name, { resume: true }));
      expect(resumed.finished).toBe(true);
      for (const file of ['weights.safetensors', 'state.safetensors']) {
        expect(await bytesOf(name, file)).toEqual(await bytesOf('first', file));
      }
      const timeless = (entries: LogEntry[]) => entries.map((entry) => ({ ...entry, seconds: 0 }));
      expect(timeless(await logOf(name))).toEqual(timeless(await logOf('first')));
    },
  );

  it('refuses to go on with another recipe', async () => {
    const changed = recipeSchema.parse({ ...recipe, learningRate: 1 });
    await expect(train(options('first', { resume: true, recipe: changed }))).rejects.toMatchObject({
      code: 'CHECKPOINT_MISMATCH',
    });
  });

  it('refuses to go on with other videos', async () => {
    const others = { ...syntheticClips(12, 3), id: (clip: number) => `another ${clip}` };
    await expect(train(options('first', { resume: true, clips: others }))).rejects.toMatchObject({
      code: 'CHECKPOINT_MISMATCH',
    });
  });

  it('begins anew where it is not to go on, whatever the folder holds', async () => {
    await train(options('other', { resume: false }));
    expect(
      (await bytesOf('other', 'weights.safetensors')).equals(
        await bytesOf('first', 'weights.safetensors'),
      ),
    ).toBe(true);
    expect(await logOf('other')).toHaveLength(16);
  });

  it('logs every step and epoch, with the held-out accuracy where it is due', async () => {
    const entries = await logOf('first');
    expect(entries.filter(({ kind }) => kind === 'step')).toHaveLength(12);
    const epochs = entries.filter((entry) => entry.kind === 'epoch');
    expect(epochs.map(({ epoch }) => epoch)).toEqual([1, 2, 3, 4]);
    expect(epochs.map(({ heldOut }) => heldOut !== undefined)).toEqual([false, true, false, true]);
  });

  it('writes weights as float16 with the network’s metadata', async () => {
    const { tensors, metadata } = await readCheckpoint(
      join(folder, 'first', 'weights.safetensors'),
    );
    expect(metadata.get('network')).toBe('tiny');
    expect(new Set(Array.from(tensors.values(), ({ dtype }) => dtype))).toEqual(
      new Set(['float16']),
    );
    expect([...tensors.keys()].sort()).toEqual([
      'fc.bias',
      'fc.weight',
      'first.bias',
      'first.weight',
      'second.bias',
      'second.weight',
    ]);
  });

  it('learns eight clips by heart', async () => {
    const clips = syntheticClips(8, 4);
    const result = await train(
      options('by heart', {
        network: tinyNetwork(4, 8),
        clips,
        heldOut: clips,
        recipe: recipeSchema.parse({
          epochs: 60,
          batch: 8,
          warmUp: 0,
          learningRate: 0.03,
          labelSmoothing: 0,
          dropout: 0,
          weightDecay: 0,
          averaging: 0.5,
          evaluateEvery: 60,
          augmentation: {
            scale: [0.65, 0.67],
            erase: 0,
            noise: 0,
            color: 0,
            contrast: 0,
            brightness: 0,
          },
        }),
      }),
    );
    expect(result.heldOut).toBe(1);
  });
});
