import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { tensor } from '@msanet/tensor';
import {
  decodeFrames,
  encodeH264,
  listFrames,
  probeVideo,
  readFrames,
  readNpyClip,
  toFloat,
  writeLosslessVideo,
  writeNpyClip,
  writePngFrames,
} from '../../src/index.js';
import {
  allFrames,
  difference,
  flatClip,
  noiseClip,
  sameClip,
  waveClip,
} from '../support/clips.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const folder = temporaryFolder();
const ffmpegPresent = spawnSync('ffmpeg', ['-version']).status === 0;

describe('writeLosslessVideo', () => {
  it.each([
    [1, 1, 1],
    [3, 5, 7],
    [2, 1, 9],
    [2, 225, 3],
    [4, 64, 48],
    [8, 224, 224],
  ])('gives back %d frames of %d × %d bit by bit', async (frames, height, width) => {
    const path = join(folder, `${frames}-${height}-${width}.mkv`);
    const clip = noiseClip(frames, height, width, frames + height);
    await writeLosslessVideo(path, clip, { frameRate: 30 });
    const decoded = await decodeFrames(path, allFrames);
    expect(sameClip(decoded.frames, clip)).toBe(true);
    expect(decoded.damaged).toBe(false);
    expect(decoded.frameRate).toBeCloseTo(30, 6);
  });

  it('keeps every level of every channel', async () => {
    const path = join(folder, 'levels.mkv');
    const clip = flatClip(256, 2, 2, (frame) => [frame, 255 - frame, (frame * 7) % 256]);
    await writeLosslessVideo(path, clip);
    expect(sameClip((await decodeFrames(path, allFrames)).frames, clip)).toBe(true);
  });

  it('writes the same bytes for the same clip', async () => {
    const clip = noiseClip(3, 8, 8);
    const files = ['one.mkv', 'two.mkv'].map((name) => join(folder, name));
    for (const path of files) await writeLosslessVideo(path, clip);
    expect(readFileSync(files[0]).equals(readFileSync(files[1]))).toBe(true);
  });

  it.each([29.97, 23.976, 12.5, 60])('keeps %d frames per second', async (frameRate) => {
    const path = join(folder, `rate-${frameRate}.mkv`);
    await writeLosslessVideo(path, noiseClip(5, 4, 4), { frameRate });
    expect((await probeVideo(path)).frameRate).toBeCloseTo(frameRate, 2);
  });

  it.skipIf(!ffmpegPresent)(
    `is read bit-equal by another FFmpeg${ffmpegPresent ? '' : ' (skipped: none installed)'}`,
    async () => {
      const path = join(folder, 'other.mkv');
      const clip = noiseClip(3, 21, 35);
      await writeLosslessVideo(path, clip);
      const raw = execFileSync('ffmpeg', [
        ...['-v', 'error', '-i', path, '-pix_fmt', 'gbrp', '-f', 'rawvideo', '-'],
      ]);
      const area = 21 * 35;
      const channels = [1, 2, 0];
      for (let plane = 0; plane < 9; plane++) {
        const source = Math.floor(plane / 3) * 3 + channels[plane % 3];
        const own = Buffer.from(clip.data.subarray(source * area, (source + 1) * area));
        expect(own.equals(raw.subarray(plane * area, (plane + 1) * area))).toBe(true);
      }
    },
  );

  it.each([0, -1, NaN, Infinity, 1e9])('refuses %d frames per second', async (frameRate) => {
    const written = writeLosslessVideo(join(folder, 'rate.mkv'), noiseClip(1, 2, 2), { frameRate });
    await expect(written).rejects.toMatchObject({ code: 'OPTION_INVALID' });
    expect(existsSync(join(folder, 'rate.mkv'))).toBe(false);
  });

  it('refuses what is no clip', async () => {
    const picture = tensor('uint8', [3, 2, 2], new Uint8Array(12));
    const written = writeLosslessVideo(join(folder, 'no.mkv'), picture);
    await expect(written).rejects.toMatchObject({ code: 'SHAPE_MISMATCH' });
  });
});

describe('encodeH264', () => {
  it('stays close to the clip, closer at a better rate', async () => {
    const clip = waveClip(6, 48, 64);
    const errors: number[] = [];
    for (const crf of [5, 40]) {
      const path = join(folder, `crf-${crf}.mp4`);
      await encodeH264(path, clip, { crf });
      errors.push(difference((await decodeFrames(path, allFrames)).frames.data, clip.data).mean);
    }
    expect(errors[0]).toBeLessThan(3);
    expect(errors[1]).toBeGreaterThan(errors[0] + 1);
  });

  it('keeps colours', async () => {
    const path = join(folder, 'colour.mp4');
    const colors = [
      [200, 40, 60],
      [30, 180, 90],
      [90, 80, 220],
      [128, 128, 128],
    ] as const;
    const clip = flatClip(4, 32, 32, (frame) => colors[frame]);
    await encodeH264(path, clip, { crf: 1 });
    const { frames } = await decodeFrames(path, allFrames);
    expect(difference(frames.data, clip.data).largest).toBeLessThanOrEqual(4);
  });

  it('grows an odd size by one repeated row and column', async () => {
    const path = join(folder, 'odd.mp4');
    await encodeH264(
      path,
      flatClip(2, 33, 47, () => [10, 200, 90]),
      { crf: 1 },
    );
    const { frames } = await decodeFrames(path, [1]);
    expect(frames.shape).toEqual([1, 3, 34, 48]);
    const corner = frames.data[34 * 48 - 1];
    expect(Math.abs(corner - 10)).toBeLessThanOrEqual(4);
  });

  it('refuses a rate factor that x264 does not have', async () => {
    const written = encodeH264(join(folder, 'x.mp4'), noiseClip(1, 2, 2), { crf: 52 });
    await expect(written).rejects.toMatchObject({ code: 'OPTION_INVALID' });
  });
});

describe('writePngFrames and writeNpyClip', () => {
  it('give back the clip bit by bit', async () => {
    const clip = noiseClip(11, 7, 5);
    const paths = await writePngFrames(join(folder, 'frames'), clip);
    expect(paths[10]).toBe(join(folder, 'frames', 'img_00011.png'));
    expect(await listFrames(join(folder, 'frames'))).toEqual(paths);
    expect(await readFrames(paths, allFrames(11), 'frames')).toEqual(clip);

    await writeNpyClip(join(folder, 'clip.npy'), clip);
    expect(await readNpyClip(join(folder, 'clip.npy'))).toEqual({
      clip: toFloat(clip),
      exact8bit: true,
    });
  });
});

describe('an output that cannot be written', () => {
  const writers = {
    'lossless video': (path: string) => writeLosslessVideo(path, noiseClip(2, 4, 4)),
    'H.264 video': (path: string) => encodeH264(path, noiseClip(2, 4, 4)),
    '.npy clip': (path: string) => writeNpyClip(path, noiseClip(2, 4, 4)),
    'PNG frames': (path: string) => writePngFrames(path, noiseClip(2, 4, 4)),
  };
  const obstacle = join(folder, 'obstacle');
  writeFileSync(obstacle, 'a file where a folder should be');

  it.each(Object.entries(writers))('%s', async (_, write) => {
    const error: unknown = await write(join(obstacle, 'out')).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ name: 'MsanetError', code: 'OUTPUT_UNWRITABLE' });
    expect((error as Error).message.split('\n')).toHaveLength(1);
  });

  it('leaves nothing behind when the target is a folder', async () => {
    const place = join(folder, 'place');
    mkdirSync(join(place, 'taken.mkv'), { recursive: true });
    const written = writeLosslessVideo(join(place, 'taken.mkv'), noiseClip(2, 4, 4));
    await expect(written).rejects.toMatchObject({ code: 'OUTPUT_UNWRITABLE' });
    expect(readdirSync(place)).toEqual(['taken.mkv']);
  });

  it('leaves nothing behind when it is interrupted, and keeps the older file', async () => {
    const place = join(folder, 'interrupted');
    const path = join(place, 'clip.mkv');
    await writeLosslessVideo(path, noiseClip(2, 4, 4));
    const before = readFileSync(path);
    const signal = AbortSignal.abort();
    const written = writeLosslessVideo(path, noiseClip(3, 4, 4, 2), { signal });
    await expect(written).rejects.toMatchObject({ code: 'ABORTED' });
    expect(readdirSync(place)).toEqual(['clip.mkv']);
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  it('says so when the disk is full', async () => {
    if (!existsSync('/dev/full')) return;
    const { encodePictures } = await import('../../src/encode/video-encoder.js');
    const { loadFfmpeg } = await import('../../src/ffmpeg/library.js');
    const ffmpeg = await loadFfmpeg();
    const settings = {
      codec: 'ffv1',
      container: 'matroska',
      width: 64,
      height: 64,
      frameRate: 25,
      pixelFormat: ffmpeg.constants.AV_PIX_FMT_BGR0,
      options: {},
    } as const;
    const picture = Buffer.from(noiseClip(1, 64, 86).data.subarray(0, 64 * 64 * 4));
    const written = encodePictures(ffmpeg, '/dev/full', settings, 20, (frame) =>
      frame.fromBuffer(picture),
    );
    await expect(written).rejects.toMatchObject({ code: 'OUTPUT_UNWRITABLE' });
  });
});
