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
});
