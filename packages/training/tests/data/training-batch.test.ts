import { describe, expect, it } from 'vitest';
import { Random } from '@msanet/tensor';
import { augmentationSchema } from '../../src/data/augmentation.js';
import { exchangesOf } from '../../src/data/exchanges.js';
import { trainingBatch, type BatchSource } from '../../src/data/training-batch.js';
import { syntheticClips } from '../support/synthetic-clips.js';

function source(changes: Partial<BatchSource> = {}): BatchSource {
  return {
    clips: syntheticClips(6, 3),
    layout: { segments: 2, framesPerSegment: 1 },
    size: 8,
    augmentation: augmentationSchema.parse({}),
    mirrored: [0, 1, 2],
    reversed: [undefined, undefined, undefined],
    ...changes,
  };
}
const randomOf = (clip: number): Random => new Random(3).fork(`clip ${clip}`);

describe('trainingBatch', () => {
  it('makes of a video the same, whatever is in the batch beside it', async () => {
    const length = 2 * 3 * 8 * 8;
    const one = await trainingBatch(source(), [4], randomOf);
    const many = await trainingBatch(source(), [1, 4, 0], randomOf);
    expect(many.clips.subarray(length, 2 * length)).toEqual(one.clips);
    expect(many.labels).toEqual([1, 1, 0]);
  });

  it('exchanges the classes of mirror images', async () => {
    const mirroring = source({
      augmentation: augmentationSchema.parse({ flip: 1 }),
      mirrored: exchangesOf(['a', 'b', 'c'], [['a', 'c']], 'test'),
    });
    expect((await trainingBatch(mirroring, [0, 1, 2], randomOf)).labels).toEqual([2, 1, 0]);
  });

  it('plays clips backwards where it knows what they become', async () => {
    const augmentation = augmentationSchema.parse({ reverse: 1, scale: [1, 1], aspect: 1 });
    const forward = await trainingBatch(source({ augmentation }), [0, 1], randomOf);
    const backward = await trainingBatch(
      source({ augmentation, reversed: [2, undefined, 0] }),
      [0, 1],
      randomOf,
    );
    expect(forward.labels).toEqual([0, 1]);
    expect(backward.labels).toEqual([2, 1]);
    const length = 3 * 8 * 8;
    const frame = (batch: Float32Array, index: number) =>
      batch.subarray(index * length, (index + 1) * length);
    // The noise depends on the place, so frames are alike, not equal.
    const distance = (a: Float32Array, b: Float32Array) =>
      a.reduce((sum, value, index) => sum + (value - b[index]) ** 2, 0);
    const [first, second] = [frame(forward.clips, 0), frame(forward.clips, 1)];
    const turned = frame(backward.clips, 0);
    expect(distance(turned, second)).toBeLessThan(0.5 * distance(turned, first));
    expect(frame(backward.clips, 2)).toEqual(frame(forward.clips, 2));
  });
});

describe('exchangesOf', () => {
  it('refuses names that are no classes, and a class in two pairs', () => {
    const classes = ['a', 'b', 'c'];
    expect(() => exchangesOf(classes, [['a', 'd']], 'flip')).toThrow(/\bd\b/);
    const twice: [string, string][] = [
      ['a', 'b'],
      ['b', 'c'],
    ];
    expect(() => exchangesOf(classes, twice, 'flip')).toThrow(/each class once/);
  });
});
