import { join } from 'node:path';
import { createFrom } from '@msanet/core';
import { GraphBuilder, int, ints, readModelFile, type Model, type Value } from '@msanet/onnx';
import { ReferenceRuntime } from '@msanet/runtime-reference';
import { float32 } from '@msanet/tensor';
import { describe, expect, it } from 'vitest';
import { examineModel, importModel, onnxVictim } from '../src/index.js';
import { fixtures } from './support/golden.js';

const examineFixture = async (name: string) =>
  examineModel(await readModelFile(join(fixtures, `${name}.onnx`)), name);

/** A classifier that takes the mean of the frames, with what `build` makes of them before. */
function classifier(
  build: (builder: GraphBuilder, clips: Value) => Value,
  shape = [1, 8, 3, 4, 4],
): Model {
  const builder = new GraphBuilder({ name: 'odd' });
  const clips = builder.input('pixels', 'float32', shape);
  const flat = builder.apply('Flatten', [build(builder, clips)], { axis: int(1) });
  const weights = float32([1, -1, 2, 0.5], [1, 4]);
  const mean = builder.apply('ReduceMean', [flat], { axes: ints([1]) });
  builder.output(builder.apply('MatMul', [mean, builder.constant(weights, 'weights')]), 'scores');
  return builder.build();
}

describe('the manifest that is proposed', () => {
  it.each([
    { name: 'clips-17', layout: 'ntchw', frames: 8, normalizes: true },
    { name: 'frames-17', layout: 'frames', frames: 4, normalizes: false },
    { name: 'volume-17', layout: 'ncthw', frames: 4, normalizes: false },
    { name: 'last-17', layout: 'nthwc', frames: 4, normalizes: false },
    { name: 'channels-17', layout: 'channels', frames: 4, normalizes: false },
  ])('for $name can be used as it is', async ({ name, layout, frames, normalizes }) => {
    const { manifest, problem, withoutGradient } = await examineFixture(name);
    expect(problem).toBeUndefined();
    expect(withoutGradient).toEqual([]);
    expect(manifest).toMatchObject({ layout, frames, range: '0..1' });
    expect(manifest?.mean === undefined).toBe(normalizes);
    const victim = await createFrom(
      onnxVictim,
      { get: <T>() => new ReferenceRuntime() as T },
      { ...manifest, model: join(fixtures, `${name}.onnx`) },
    );
    expect(victim.input.frames).toBe(frames);
    await victim.dispose();
  });

  it('tells what the file says from what it does not', async () => {
    const open = await examineFixture('clips-17');
    expect(open.assumed.join('\n')).toMatch(/frames 8, height 224, width 224: the model leaves/);
    expect(open.inferred.join('\n')).toMatch(/normalises its pixels itself, beginning with Sub/);
    const fixed = await examineFixture('volume-17');
    expect(fixed.inferred.join('\n')).toMatch(/frames 4, height 20, width 24/);
    expect(fixed.inferred.join('\n')).toMatch(/Softmax.*is cut off/);
    expect(fixed.assumed.join('\n')).not.toMatch(/leaves/);
  });

  it('tells the range by the constants that pixels are normalised with', () => {
    const bytes = classifier((b, clips) =>
      b.apply('Div', [
        b.apply('Sub', [clips, b.constant(float32([124], [1]), 'mean')]),
        b.constant(float32([58], [1]), 'std'),
      ]),
    );
    expect(examineModel(bytes).manifest).toMatchObject({ range: '0..255' });
  });

  it('mentions another layout that fits', () => {
    const model = classifier((_, clips) => clips, [1, 3, 3, 4, 4]);
    expect(examineModel(model).assumed[0]).toMatch(/^layout ntchw: ncthw .* fits too$/);
    expect(importModel(model).notes[0]).toMatch(/could be ncthw/);
    expect(importModel(model, { layout: 'ncthw' }).notes).toEqual([]);
  });
});

describe('what cannot be attacked', () => {
  it('is an input that is no clip', () => {
    const { problem, manifest } = examineModel(
      classifier((_, clips) => clips, [1, 7]),
      'file.onnx',
    );
    expect(problem).toMatch(
      /file\.onnx: expected an input of shape .*got pixels of float32 \(1, 7\)/,
    );
    expect(manifest).toBeUndefined();
  });

  it('lists operators that stop the gradient', () => {
    const model = classifier((b, clips) => b.apply('Round', [clips]));
    expect(examineModel(model).withoutGradient).toEqual([
      expect.stringMatching(/^Round at node .*, which is piecewise constant$/),
    ]);
  });

  it('is quantisation, by name', () => {
    const model = classifier((b, clips) => {
      const operands = [b.constant(float32([0.1], []), 'scale')];
      const levels = b.apply('QuantizeLinear', [clips, ...operands]);
      return b.apply('DequantizeLinear', [levels, ...operands]);
    });
    const { problem, withoutGradient } = examineModel(model);
    expect(problem).toMatch(/DequantizeLinear/);
    expect(withoutGradient.join()).toMatch(/QuantizeLinear at node/);
  });
});
