import { describe, expect, it } from 'vitest';
import {
  checkClips,
  clipAt,
  clipBatch,
  clipLength,
  clipSize,
  copyClips,
  emptyClips,
  selectClips,
} from '@msanet/core';
import { refusal } from './refusal.js';

const size = { frames: 2, height: 2, width: 1 };

/** Clips whose values are their own indices, scaled into [0, 1]. */
function numbered(batch: number): ReturnType<typeof emptyClips> {
  const clips = emptyClips(batch, size);
  clips.data.forEach((_, index) => (clips.data[index] = index / 100));
  return clips;
}

describe('clip batches', () => {
  it('wrap values without a copy', () => {
    const data = new Float32Array(24);
    const clips = clipBatch(data, [2, 2, 3, 2, 1]);
    expect(clips.data).toBe(data);
    expect(clips.dtype).toBe('float32');
    expect(clipLength(clips)).toBe(12);
    expect(clipSize(clips)).toEqual(size);
  });

  it.each([
    ['four axes', [2, 3, 2, 2]],
    ['channels last', [2, 2, 2, 1, 3]],
    ['too few values', [3, 2, 3, 2, 1]],
    ['negative lengths', [2, -2, 3, -2, 1]],
    ['broken lengths', [2, 0.5, 3, 4, 2]],
  ])('refuse %s', async (_, shape) => {
    const error = await refusal(() => clipBatch(new Float32Array(24), shape));
    expect(error.code).toBe('CLIP_INVALID');
    expect(error.message).toContain(`(${shape.join(', ')})`);
  });

  it('hand out one clip as a view, a selection as a copy', () => {
    const clips = numbered(3);
    const view = clipAt(clips, 1);
    expect(Array.from(view)).toEqual(Array.from(clips.data.subarray(12, 24)));
    view[0] = 1;
    expect(clips.data[12]).toBe(1);
    const selection = selectClips(clips, [2, 0, 2]);
    expect(selection.shape).toEqual([3, 2, 3, 2, 1]);
    expect(clipAt(selection, 0)).toEqual(clipAt(clips, 2));
    expect(clipAt(selection, 1)).toEqual(clipAt(clips, 0));
    expect(clipAt(selection, 2)).toEqual(clipAt(clips, 2));
    selection.data.fill(0);
    const copy = copyClips(clips);
    copy.data.fill(0);
    expect(clips.data[12]).toBe(1);
  });
});

describe('checkClips', () => {
  it('accepts [0, 1] and float32 rounding next to it', () => {
    const clips = emptyClips(1, size);
    clips.data.set([0, 1, 1 + 1e-7, -1e-7]);
    expect(() => checkClips(clips, size, 'demo.mp4')).not.toThrow();
    expect(() => checkClips(clips, undefined, 'demo.mp4')).not.toThrow();
  });

  it.each([
    [NaN, 'a value that is not a finite number'],
    [-Infinity, 'a value that is not a finite number'],
    [255, 'values from 0 to 255'],
    [-2.5, 'values from -2.5 to 0'],
  ])('refuses a value of %d', async (value, got) => {
    const clips = emptyClips(1, size);
    clips.data[5] = value;
    const error = await refusal(() => checkClips(clips, size, 'demo.mp4'));
    expect(error.code).toBe('CLIP_INVALID');
    expect(error.message).toBe(
      `demo.mp4: expected finite RGB values in [0, 1], got ${got}; ` +
        'divide 8-bit values by 255; normalisation belongs to the victim model',
    );
  });

  it('refuses another size, naming both', async () => {
    const error = await refusal(() =>
      checkClips(emptyClips(1, { frames: 8, height: 224, width: 320 }), size, 'demo.mp4'),
    );
    expect(error.message).toContain('expected 2 frames of 1×2 pixels, got 8 frames of 320×224');
  });

  it.each([
    ['no clip', 0, size],
    ['no frame', 1, { ...size, frames: 0 }],
    ['no pixel', 1, { ...size, width: 0 }],
  ])('refuses %s', async (_, batch, empty) => {
    const error = await refusal(() => checkClips(emptyClips(batch, empty), undefined, 'clips'));
    expect(error.code).toBe('CLIP_INVALID');
  });

  it('refuses a batch whose values do not fill its shape', async () => {
    const clips = { ...emptyClips(1, size), data: new Float32Array(11) };
    expect((await refusal(() => checkClips(clips, size, 'clips'))).code).toBe('CLIP_INVALID');
  });
});
