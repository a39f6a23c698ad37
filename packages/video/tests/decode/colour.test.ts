import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { decodeFrames } from '../../src/index.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { writeFlatYuv } from '../support/yuv-video.js';

const folder = temporaryFolder();

/** Luma and chroma levels that stay inside the RGB cube, or leave it a little. */
const levels = [
  [16, 128, 128],
  [235, 128, 128],
  [126, 128, 128],
  [81, 90, 240],
  [145, 54, 34],
  [41, 240, 110],
  [100, 140, 120],
  [200, 110, 135],
  [60, 128, 160],
] as const;

/** RGB of one Y′CbCr triple by the definition of ITU-R BT.601 or BT.709: luma weights of red and blue, and the range. */
function toRgb(
  [y, u, v]: readonly [number, number, number],
  [red, blue]: readonly [number, number],
  full: boolean,
): number[] {
  const luma = full ? y / 255 : (y - 16) / 219;
  const cb = (u - 128) / (full ? 255 : 224);
  const cr = (v - 128) / (full ? 255 : 224);
  const r = luma + 2 * (1 - red) * cr;
  const b = luma + 2 * (1 - blue) * cb;
  const g = (luma - red * r - blue * b) / (1 - red - blue);
  return [r, g, b].map((value) => Math.min(Math.max(value * 255, 0), 255));
}

const bt601 = [0.299, 0.114] as const;
const bt709 = [0.2126, 0.0722] as const;

describe('colour conversion', () => {
  it.each([
    ['nothing declared is BT.601, limited', bt601, false, undefined],
    ['BT.601, limited', bt601, false, ['AVCOL_SPC_SMPTE170M', 'AVCOL_RANGE_MPEG']],
    ['BT.709, limited', bt709, false, ['AVCOL_SPC_BT709', 'AVCOL_RANGE_MPEG']],
    ['BT.601, full', bt601, true, ['AVCOL_SPC_SMPTE170M', 'AVCOL_RANGE_JPEG']],
    ['BT.709, full', bt709, true, ['AVCOL_SPC_BT709', 'AVCOL_RANGE_JPEG']],
  ] as const)('%s', async (name, weights, full, declared) => {
    const path = join(folder, `${name.replace(/\W/g, '-')}.mkv`);
    await writeFlatYuv(
      path,
      levels,
      (constants) => declared && { space: constants[declared[0]], range: constants[declared[1]] },
    );
    const { frames } = await decodeFrames(path, (count) => levels.map((_, index) => index % count));
    const area = frames.shape[2] * frames.shape[3];
    levels.forEach((level, frame) => {
      const expected = toRgb(level, weights, full);
      expected.forEach((value, channel) => {
        const plane = frames.data.subarray((frame * 3 + channel) * area).subarray(0, area);
        expect(Math.abs(plane[0] - value), `${level.join()} channel ${channel}`).toBeLessThan(1.1);
        expect(plane.every((pixel) => pixel === plane[0])).toBe(true);
      });
    });
  });
});
