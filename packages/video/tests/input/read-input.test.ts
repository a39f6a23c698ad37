import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { tensor, writeNpy, zeros, type Tensor } from '@msanet/tensor';
import {
  centerCrop,
  readInput,
  resizeShortSide,
  segmentSampling,
  toBytes,
  toFloat,
  uniformSampling,
  writeLosslessVideo,
  writeNpyClip,
  writePngFrames,
  type ClipRequest,
} from '../../src/index.js';
import { difference, noiseClip, waveClip } from '../support/clips.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const folder = temporaryFolder();
const clip = waveClip(12, 24, 40);
const video = join(folder, 'clip.mkv');
const images = join(folder, 'clip');
const request: ClipRequest = {
  sampling: segmentSampling(4),
  geometry: { shortSide: 18 },
  input: { frames: 4, height: 16, width: 16 },
};

function npy(name: string, value: Tensor): string {
  const path = join(folder, name);
  writeFileSync(path, writeNpy(value));
  return path;
}

describe('readInput', () => {
  it('samples, scales and crops a video', async () => {
    await writeLosslessVideo(video, clip, { frameRate: 25 });
    const input = await readInput(video, request);
    expect(input.clip.shape).toEqual([4, 3, 16, 16]);
    expect(input.exact8bit).toBe(true);
    expect(input.source).toEqual({
      kind: 'video',
      path: video,
      frameCount: 12,
      indices: [1, 4, 7, 10],
      size: { height: 24, width: 40 },
      frameRate: 25,
      damaged: false,
    });
    // On the 8-bit grid, values are levels / 255.
    expect(toFloat(toBytes(input.clip))).toEqual(input.clip);
  });

  it('reads the same from a folder of frames', async () => {
    await writePngFrames(images, clip);
    const fromVideo = await readInput(video, request);
    const input = await readInput(images, request);
    expect(input.source).toMatchObject({ kind: 'frames', frameCount: 12, indices: [1, 4, 7, 10] });
    expect(input.source.size).toEqual({ height: 24, width: 40 });
    expect(difference(input.clip.data, fromVideo.clip.data).largest).toBeLessThan(4 / 255);
    const frameLength = 3 * 24 * 40;
    const chosen = [1, 4, 7, 10].map((i) => [
      ...clip.data.subarray(i * frameLength, (i + 1) * frameLength),
    ]);
    const frames = tensor('uint8', [4, 3, 24, 40], Uint8Array.from(chosen.flat()));
    const expected = centerCrop(resizeShortSide(frames, 18), request.input);
    expect(toBytes(input.clip)).toEqual(expected);
  });

  it('uses a .npy clip as it is', async () => {
    const own = noiseClip(3, 5, 7);
    const path = join(folder, 'own.npy');
    await writeNpyClip(path, own);
    const input = await readInput(path, request);
    expect(input.clip).toEqual(toFloat(own));
    expect(input.exact8bit).toBe(true);
    expect(input.source).toMatchObject({ kind: 'npy', frameCount: 3, indices: [0, 1, 2] });
  });

  it('takes .npy clips with the channels last, and floats', async () => {
    const own = noiseClip(2, 4, 5);
    const last = zeros('uint8', [2, 4, 5, 3]);
    own.data.forEach((level, index) => {
      const [plane, pixel] = [Math.floor(index / 20), index % 20];
      last.data[(Math.floor(plane / 3) * 20 + pixel) * 3 + (plane % 3)] = level;
    });
    const input = await readInput(npy('last.npy', last), request);
    expect(toBytes(input.clip)).toEqual(own);
    const floats = await readInput(npy('float.npy', toFloat(own)), request);
    expect(floats.exact8bit).toBe(true);
    const values = toFloat(own);
    values.data[7] = 0.12345;
    const between = await readInput(npy('between.npy', values), request);
    expect(between.exact8bit).toBe(false);
    expect(between.clip).toEqual(values);
  });

  it('takes a shape that fits both ways as channels first', async () => {
    const own = noiseClip(2, 4, 3);
    const input = await readInput(npy('both.npy', own), request);
    expect(toBytes(input.clip)).toEqual(own);
  });

  it.each([
    [
      '.npy of another type',
      () => npy('f64.npy', zeros('float64', [1, 3, 2, 2])),
      'DTYPE_MISMATCH',
    ],
    ['.npy of one picture', () => npy('rank.npy', zeros('uint8', [3, 2, 2])), 'SHAPE_MISMATCH'],
    ['.npy without frames', () => npy('none.npy', zeros('uint8', [0, 3, 2, 2])), 'SHAPE_MISMATCH'],
    ['.npy with four channels', () => npy('c.npy', zeros('uint8', [1, 4, 2, 4])), 'SHAPE_MISMATCH'],
    [
      '.npy outside [0, 1]',
      () => npy('range.npy', tensor('float32', [1, 3, 1, 1], Float32Array.of(0, 255, 1))),
      'CLIP_INVALID',
    ],
    [
      '.npy with NaN',
      () => npy('nan.npy', tensor('float32', [1, 3, 1, 1], Float32Array.of(0, NaN, 1))),
      'CLIP_INVALID',
    ],
    ['damaged .npy', () => join(folder, 'damaged.npy'), 'NPY_INVALID'],
    ['nothing', () => join(folder, 'nothing'), 'FILE_NOT_FOUND'],
    ['a folder without frames', () => join(folder, 'bare'), 'VIDEO_INVALID'],
  ])('refuses %s', async (_, path, code) => {
    writeFileSync(join(folder, 'damaged.npy'), 'no array');
    mkdirSync(join(folder, 'bare'), { recursive: true });
    const error: unknown = await readInput(path(), request).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ name: 'MsanetError', code });
  });

  it('refuses a sampling that gives another number of frames than the victim takes', async () => {
    for (const path of [video, images]) {
      const fewer = readInput(path, { ...request, sampling: uniformSampling(3) });
      await expect(fewer).rejects.toMatchObject({ code: 'VIDEO_TOO_SHORT' });
      const more = readInput(path, { ...request, sampling: uniformSampling(5) });
      await expect(more).rejects.toMatchObject({ code: 'OPTION_INVALID' });
      const crop = readInput(path, { ...request, geometry: { shortSide: 8 } });
      await expect(crop).rejects.toMatchObject({ code: 'OPTION_INVALID' });
    }
  });
});
