import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { listFrames, readFrames, readImage } from '../../src/index.js';
import { compareNaturally } from '../../src/image/natural-order.js';
import { noiseClip } from '../support/clips.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const folder = temporaryFolder();
const file = (name: string, content: Uint8Array | string): string => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};

describe('compareNaturally', () => {
  it('counts numbers as numbers', () => {
    const names = ['f10.png', 'f2.png', 'f1.png', 'f01.png', 'e.png', 'f.png', '3.png', '20.png'];
    const sorted = names.sort(compareNaturally);
    expect(sorted.slice(0, 3)).toEqual(['3.png', '20.png', 'e.png']);
    expect(sorted.slice(3)).toEqual(['f01.png', 'f1.png', 'f2.png', 'f10.png', 'f.png']);
    expect(compareNaturally('x99999999999999999998', 'x99999999999999999999')).toBeLessThan(0);
  });

  it('is a total order', () => {
    const name = fc.stringMatching(/^[a-c0-2._]{0,6}$/);
    fc.assert(
      fc.property(name, name, name, (a, b, c) => {
        expect(Math.sign(compareNaturally(a, b))).toBe(-Math.sign(compareNaturally(b, a)) + 0);
        expect(compareNaturally(a, b) === 0).toBe(a === b);
        if (compareNaturally(a, b) <= 0 && compareNaturally(b, c) <= 0) {
          expect(compareNaturally(a, c)).toBeLessThanOrEqual(0);
        }
      }),
      { seed: 3, numRuns: 3000 },
    );
  });
});

describe('readImage', () => {
  const raw = noiseClip(1, 5, 6).data;
  const pixels = Uint8Array.from({ length: 90 }, (_, i) => raw[(i % 3) * 30 + Math.floor(i / 3)]);
  const image = () => sharp(pixels, { raw: { width: 6, height: 5, channels: 3 } });

  it('reads PNG and lossless WebP exactly, and JPEG closely', async () => {
    const png = await readImage(file('a.png', await image().png().toBuffer()));
    expect(png).toEqual({ width: 6, height: 5, data: raw });
    const webp = await image().webp({ lossless: true }).toBuffer();
    expect((await readImage(file('a.webp', webp))).data).toEqual(raw);
    const gray = sharp({
      create: { width: 9, height: 8, channels: 3, background: { r: 90, g: 140, b: 40 } },
    });
    const jpeg = await readImage(file('a.jpg', await gray.jpeg({ quality: 95 }).toBuffer()));
    [90, 140, 40].forEach((level, channel) => {
      expect(Math.abs(jpeg.data[channel * 72 + 30] - level)).toBeLessThanOrEqual(2);
    });
  });

  it('the content decides, not the name', async () => {
    const path = file('png.jpg', await image().png().toBuffer());
    expect((await readImage(path)).data).toEqual(raw);
  });

  it('makes grey, transparent and 16-bit pictures 8-bit RGB', async () => {
    const grey = await image().toColourspace('b-w').png().toBuffer();
    const planes = (await readImage(file('grey.png', grey))).data;
    expect(planes.subarray(0, 30)).toEqual(planes.subarray(30, 60));
    const alpha = await image().ensureAlpha(0.3).png().toBuffer();
    expect((await readImage(file('alpha.png', alpha))).data).toEqual(raw);
    const deep = await image().toColourspace('rgb16').png().toBuffer();
    expect((await readImage(file('deep.png', deep))).data).toEqual(raw);
  });

  it.each([
    [24, false],
    [24, true],
    [32, false],
  ])('reads BMP of %d bits, top down: %s', async (bits, topDown) => {
    expect((await readImage(file('a.bmp', bmp(bits, topDown)))).data).toEqual(raw);
  });

  function bmp(bits: number, topDown: boolean): Buffer {
    const row = Math.ceil((6 * bits) / 32) * 4;
    const bytes = Buffer.alloc(54 + row * 5);
    bytes.write('BM', 0);
    bytes.writeUInt32LE(54, 10);
    bytes.writeUInt32LE(40, 14);
    bytes.writeInt32LE(6, 18);
    bytes.writeInt32LE(topDown ? -5 : 5, 22);
    bytes.writeUInt16LE(1, 26);
    bytes.writeUInt16LE(bits, 28);
    for (let y = 0; y < 5; y++) {
      for (let x = 0; x < 6; x++) {
        const at = 54 + (topDown ? y : 4 - y) * row + (x * bits) / 8;
        for (let channel = 0; channel < 3; channel++) {
          bytes[at + channel] = raw[(2 - channel) * 30 + y * 6 + x];
        }
      }
    }
    return bytes;
  }

  it.each([
    ['a missing file', () => join(folder, 'none.png'), 'FILE_NOT_FOUND'],
    ['an empty file', () => file('empty.png', ''), 'VIDEO_INVALID'],
    ['text', () => file('text.png', 'no image'), 'VIDEO_INVALID'],
    ['SVG', () => file('svg.png', '<svg xmlns="http://www.w3.org/2000/svg"/>'), 'VIDEO_INVALID'],
    ['a signature alone', () => file('stub.png', '\x89PNG\r\n\x1a\n'), 'VIDEO_INVALID'],
    ['a cut BMP', () => file('cut.bmp', bmp(24, false).subarray(0, 100)), 'VIDEO_INVALID'],
    ['a folder', () => folder, 'VIDEO_INVALID'],
  ])('refuses %s', async (_, path, code) => {
    await expect(readImage(path())).rejects.toMatchObject({ name: 'MsanetError', code });
  });

  it('refuses a cut PNG and a BMP of absurd size', async () => {
    const png = await image().png().toBuffer();
    const cut = readImage(file('cut.png', png.subarray(0, png.length - 40)));
    await expect(cut).rejects.toMatchObject({ code: 'VIDEO_INVALID' });
    const huge = bmp(24, false);
    huge.writeInt32LE(0x7fffffff, 18);
    await expect(readImage(file('huge.bmp', huge))).rejects.toMatchObject({
      code: 'VIDEO_INVALID',
    });
  });
});

describe('listFrames and readFrames', () => {
  const place = join(folder, 'frames');
  mkdirSync(place);
  const png = (level: number, width = 2) =>
    sharp({
      create: { width, height: 2, channels: 3, background: { r: level, g: 0, b: 0 } },
    })
      .png()
      .toBuffer();

  it('take the images in natural order', async () => {
    for (const number of [10, 9, 1, 2]) {
      writeFileSync(join(place, `f${number}.PNG`), await png(number));
    }
    writeFileSync(join(place, 'notes.txt'), 'not a frame');
    writeFileSync(join(place, '._f3.png'), 'what some systems leave behind');
    writeFileSync(join(place, 'flow_x_00001.jpg'), 'optical flow beside the frames');
    const frames = await listFrames(place);
    expect(frames.map((path) => path.slice(place.length + 1))).toEqual([
      'f1.PNG',
      'f2.PNG',
      'f9.PNG',
      'f10.PNG',
    ]);
    const clip = await readFrames(frames, [3, 0, 3], place);
    expect(clip.shape).toEqual([3, 3, 2, 2]);
    expect([0, 12, 24].map((start) => clip.data[start])).toEqual([10, 1, 10]);
  });

  it('refuse an empty folder, other sizes and wrong indices', async () => {
    const empty = join(folder, 'empty');
    mkdirSync(empty);
    await expect(listFrames(empty)).rejects.toMatchObject({ code: 'VIDEO_INVALID' });
    const missing = listFrames(join(folder, 'missing'));
    await expect(missing).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
    const mixed = [file('s1.png', await png(1)), file('s2.png', await png(1, 3))];
    const sizes = readFrames(mixed, [0, 1], 'mixed');
    await expect(sizes).rejects.toMatchObject({ code: 'VIDEO_INVALID' });
    const behind = readFrames(mixed, [2], 'mixed');
    await expect(behind).rejects.toMatchObject({ code: 'VIDEO_TOO_SHORT' });
    const stopped = readFrames(mixed, [0], 'mixed', AbortSignal.abort());
    await expect(stopped).rejects.toMatchObject({ code: 'ABORTED' });
  });
});
