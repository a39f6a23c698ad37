import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { decodeFrames, encodeMpeg4, probeVideo } from '../../src/index.js';
import { allFrames, difference, noiseClip, waveClip } from '../support/clips.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const folder = temporaryFolder();

describe('encodeMpeg4', () => {
  it('writes the codec and container of UCF-101', async () => {
    const path = join(folder, 'kind.avi');
    await encodeMpeg4(path, noiseClip(5, 48, 64));
    expect(readFileSync(path).subarray(0, 4).toString('latin1')).toBe('RIFF');
    expect(readFileSync(path).subarray(8, 11).toString('latin1')).toBe('AVI');
    const info = await probeVideo(path);
    expect(info).toMatchObject({ codec: 'mpeg4', width: 64, height: 48, frameRate: 25 });
  });

  it('stays close to the clip, closer with a finer quantiser', async () => {
    const clip = waveClip(6, 48, 64);
    const errors: number[] = [];
    for (const quantizer of [1, 31]) {
      const path = join(folder, `q-${quantizer}.avi`);
      await encodeMpeg4(path, clip, { quantizer });
      errors.push(difference((await decodeFrames(path, allFrames)).frames.data, clip.data).mean);
    }
    expect(errors[0]).toBeLessThan(3);
    expect(errors[1]).toBeGreaterThan(errors[0] + 1);
  });

  it('spends as many bytes as the quantiser asks for, whatever the bit rate', async () => {
    const clip = noiseClip(6, 96, 96);
    const sizes: number[] = [];
    for (const quantizer of [2, 4, 8]) {
      const path = join(folder, `size-${quantizer}.avi`);
      await encodeMpeg4(path, clip, { quantizer });
      sizes.push(statSync(path).size);
    }
    expect(sizes[0]).toBeGreaterThan(1.2 * sizes[1]);
    expect(sizes[1]).toBeGreaterThan(1.2 * sizes[2]);
  });

  it('writes the same bytes for the same clip', async () => {
    const files = ['one.avi', 'two.avi'].map((name) => join(folder, name));
    for (const path of files) await encodeMpeg4(path, noiseClip(8, 48, 64), { frameRate: 29.97 });
    expect(readFileSync(files[0]).equals(readFileSync(files[1]))).toBe(true);
    expect((await probeVideo(files[0])).frameRate).toBeCloseTo(29.97, 2);
  });

  it('grows an odd size by one repeated row and column', async () => {
    const path = join(folder, 'odd.avi');
    await encodeMpeg4(path, waveClip(2, 33, 47));
    expect((await decodeFrames(path, allFrames)).frames.shape).toEqual([2, 3, 34, 48]);
  });

  it.each([0, 32, 2.5, NaN])('refuses the quantiser %d', async (quantizer) => {
    const written = encodeMpeg4(join(folder, 'x.avi'), noiseClip(1, 16, 16), { quantizer });
    await expect(written).rejects.toMatchObject({ code: 'OPTION_INVALID' });
  });

  it('stops when it is asked to', async () => {
    const signal = AbortSignal.abort();
    const written = encodeMpeg4(join(folder, 'stop.avi'), noiseClip(3, 16, 16), { signal });
    await expect(written).rejects.toMatchObject({ code: 'ABORTED' });
  });
});
