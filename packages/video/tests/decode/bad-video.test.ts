import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  countFrames,
  decodeFrames,
  encodeH264,
  probeVideo,
  writeLosslessVideo,
} from '../../src/index.js';
import { encodePictures } from '../../src/encode/video-encoder.js';
import { loadFfmpeg } from '../../src/ffmpeg/library.js';
import { allFrames, flatClip, noiseClip, waveClip } from '../support/clips.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const folder = temporaryFolder();
const file = (name: string, content?: string | Uint8Array): string => {
  const path = join(folder, name);
  if (content !== undefined) writeFileSync(path, content);
  return path;
};

/** A WAV file of a tenth of a second of silence. */
function silence(): Uint8Array {
  const samples = 800;
  const bytes = Buffer.alloc(44 + samples * 2);
  bytes.write('RIFF', 0);
  bytes.writeUInt32LE(36 + samples * 2, 4);
  bytes.write('WAVEfmt ', 8);
  bytes.writeUInt32LE(16, 16);
  bytes.writeUInt16LE(1, 20);
  bytes.writeUInt16LE(1, 22);
  bytes.writeUInt32LE(8000, 24);
  bytes.writeUInt32LE(16000, 28);
  bytes.writeUInt16LE(2, 32);
  bytes.writeUInt16LE(16, 34);
  bytes.write('data', 36);
  bytes.writeUInt32LE(samples * 2, 40);
  return bytes;
}

describe('files that are no video', () => {
  it.each([
    ['a missing file', () => join(folder, 'nowhere.mp4'), 'FILE_NOT_FOUND'],
    ['a path through a file', () => join(file('a.txt', 'x'), 'b.mp4'), 'FILE_NOT_FOUND'],
    ['a path with a null byte', () => 'a\0b.mp4', 'FILE_NOT_FOUND'],
    ['a device', () => '/dev/null', 'FILE_NOT_FOUND'],
    ['a folder', () => folder, 'VIDEO_INVALID'],
    ['an empty file', () => file('empty.mp4', ''), 'VIDEO_INVALID'],
    ['text', () => file('text.mp4', 'This is no video.\n'.repeat(50)), 'VIDEO_INVALID'],
    ['noise', () => file('noise.mp4', noiseClip(1, 40, 40).data), 'VIDEO_INVALID'],
    ['sound', () => file('sound.wav', silence()), 'VIDEO_INVALID'],
    [
      'a playlist that names another file',
      () => file('list.m3u8', '#EXTM3U\n#EXTINF:1,\n/etc/passwd\n'),
      'VIDEO_INVALID',
    ],
    [
      'a concatenation script',
      () => file('list.ffconcat', "ffconcat version 1.0\nfile '/etc/passwd'\n"),
      'VIDEO_INVALID',
    ],
  ])('%s', async (_, path, code) => {
    for (const read of [probeVideo, countFrames, (p: string) => decodeFrames(p, [0])]) {
      const error: unknown = await read(path()).catch((caught: unknown) => caught);
      expect(error).toMatchObject({ name: 'MsanetError', code });
      expect((error as Error).message.split('\n')).toHaveLength(1);
    }
  });

  it('a video container that holds only sound', async () => {
    const ffmpeg = await loadFfmpeg();
    const settings = {
      codec: 'mpeg4',
      container: 'avi',
      pixelFormat: ffmpeg.constants.AV_PIX_FMT_YUV420P,
      width: 16,
      height: 16,
      frameRate: 25,
      options: {},
    } as const;
    const path = file('sound.avi');
    await encodePictures(ffmpeg, path, settings, 3, (frame) => frame.fromBuffer(Buffer.alloc(384)));
    expect(await countFrames(path)).toBe(3);
    const bytes = readFileSync(path);
    bytes.write('auds', bytes.indexOf('vids'));
    const error: unknown = await probeVideo(file('sound.avi', bytes)).catch((e: unknown) => e);
    expect(error).toMatchObject({ code: 'VIDEO_INVALID' });
    expect(String(error)).toContain('only sound or data');
  });

  it('addresses are paths like any other', async () => {
    for (const address of ['http://localhost/a.mp4', 'concat:a.mp4|b.mp4', 'pipe:0']) {
      await expect(probeVideo(address)).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
    }
  });
});

describe('unusual videos', () => {
  it('a single frame', async () => {
    const path = file('single.mp4');
    await encodeH264(path, waveClip(1, 16, 16));
    const { frameCount, damaged } = await decodeFrames(path, [0]);
    expect(frameCount).toBe(1);
    expect(damaged).toBe(false);
  });

  it('one pixel', async () => {
    const path = file('pixel.mkv');
    await writeLosslessVideo(
      path,
      flatClip(2, 1, 1, () => [1, 2, 3]),
    );
    expect([...(await decodeFrames(path, [1])).frames.data]).toEqual([1, 2, 3]);
  });

  it('names with characters that addresses would treat specially', async () => {
    for (const name of ['#20_a&b!c;d%41 é?x=1.mkv', 'a:b.mkv']) {
      const path = file(name);
      await writeLosslessVideo(path, noiseClip(1, 4, 4));
      expect(await countFrames(path)).toBe(1);
    }
  });

  it('a name that ends in another kind of file', async () => {
    const path = file('video.txt');
    await writeLosslessVideo(path, noiseClip(1, 4, 4));
    expect((await probeVideo(path)).codec).toBe('ffv1');
  });

  it('a picture that a phone stored on its side is turned upright', async () => {
    const upright = file('upright.mp4');
    const clip = waveClip(2, 32, 64);
    await encodeH264(upright, clip, { crf: 1 });
    const bytes = readFileSync(upright);
    // The track header's display matrix begins 44 bytes after the name of the box (ISO/IEC 14496-12, version 0).
    const matrix = bytes.indexOf('tkhd') + 44;
    [0, 1, 0, -1, 0, 0].forEach((value, index) =>
      bytes.writeInt32BE(value * 65536, matrix + 4 * index),
    );
    const path = file('turned.mp4', bytes);
    expect(await probeVideo(path)).toMatchObject({ width: 32, height: 64 });
    const { frames } = await decodeFrames(upright, [1]);
    const turned = await decodeFrames(path, [1]);
    expect(turned.sourceSize).toEqual({ height: 64, width: 32 });
    for (let row = 0; row < 64; row += 7) {
      for (let column = 0; column < 32; column += 5) {
        expect(turned.frames.data[row * 32 + column]).toBe(frames.data[(31 - column) * 64 + row]);
      }
    }
    const small = await decodeFrames(path, [1], { shortSide: 16 });
    expect(small.frames.shape).toEqual([1, 3, 32, 16]);
  });
});

describe('damaged videos', () => {
  const clip = waveClip(40, 48, 64);
  const lossless = join(folder, 'whole.mkv');
  const lossy = join(folder, 'whole.mp4');

  beforeAll(async () => {
    await writeLosslessVideo(lossless, clip);
    await encodeH264(lossy, clip);
  });

  it('a cut end gives the frames before it and says so', async () => {
    const bytes = readFileSync(lossless);
    const path = file('cut.mkv', bytes.subarray(0, bytes.length / 2));
    const { frames, frameCount, damaged } = await decodeFrames(path, allFrames);
    expect(damaged).toBe(true);
    expect(frameCount).toBeGreaterThan(10);
    expect(frameCount).toBeLessThan(30);
    expect(Buffer.compare(frames.data, clip.data.subarray(0, frames.data.length))).toBe(0);
    expect((await decodeFrames(lossless, [0])).damaged).toBe(false);
  });

  it('an MP4 without its index is no video', async () => {
    const bytes = readFileSync(lossy);
    const path = file('cut.mp4', bytes.subarray(0, bytes.indexOf('moov') - 4));
    await expect(decodeFrames(path, [0])).rejects.toMatchObject({ code: 'VIDEO_INVALID' });
  });

  it('broken frames in the middle are noticed', async () => {
    const bytes = Buffer.from(readFileSync(lossy));
    const start = bytes.indexOf('mdat') + 4;
    const length = bytes.readUInt32BE(start - 8);
    bytes.fill(0xff, start + Math.floor(length / 2), start + Math.floor(length * 0.7));
    const { frameCount, damaged } = await decodeFrames(file('broken.mp4', bytes), [0]);
    expect(damaged).toBe(true);
    expect(frameCount).toBeGreaterThan(10);
    expect((await decodeFrames(lossy, [0])).damaged).toBe(false);
  });

  it('frames that declare an absurd size are refused before memory is taken', async () => {
    const bytes = Buffer.from(readFileSync(lossy));
    const entry = bytes.indexOf('avc1', bytes.indexOf('stsd'));
    bytes.writeUInt16BE(65535, entry + 28);
    bytes.writeUInt16BE(65535, entry + 30);
    const error: unknown = await probeVideo(file('huge.mp4', bytes)).catch((e: unknown) => e);
    expect(error).toMatchObject({ code: 'VIDEO_INVALID' });
    expect(String(error)).toContain('got 65535×65535');
  });

  it('a container that lies about its number of frames does not mislead', async () => {
    mkdirSync(join(folder, 'lies'), { recursive: true });
    const bytes = Buffer.from(readFileSync(lossless));
    // Matroska's duration, a 64-bit float after the identifier 0x4489, in milliseconds.
    const duration = bytes.indexOf(Buffer.from([0x44, 0x89, 0x88])) + 3;
    for (const lie of [1, 1e9]) {
      bytes.writeDoubleBE(lie, duration);
      const path = file(`lies/${lie}.mkv`, bytes);
      const decoded = await decodeFrames(path, (count) => [count - 1]);
      expect(decoded.frameCount).toBe(40);
      expect(decoded.indices).toEqual([39]);
      const last = clip.data.subarray(clip.data.length - decoded.frames.data.length);
      expect(Buffer.compare(decoded.frames.data, last)).toBe(0);
    }
  });
});
