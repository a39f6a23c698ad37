import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { expectDataType } from '@msanet/tensor';
import {
  centerCrop,
  countFrames,
  decodeFrames,
  encodeH264,
  probeVideo,
  resizeShortSide,
  sampleSegments,
  sampleSegmentsOfFrames,
  writeLosslessVideo,
} from '../../src/index.js';
import {
  allFrames,
  difference,
  flatClip,
  noiseClip,
  sameClip,
  waveClip,
} from '../support/clips.js';
import {
  fixtureFacts,
  fixtureFrames,
  sharedDataPresent,
  sharedVideo,
  sharedVideos,
  whenPresent,
} from '../support/shared-data.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const folder = temporaryFolder();

describe.skipIf(!sharedDataPresent)(`real videos${whenPresent}`, () => {
  it.each(sharedVideos)('$name is probed and counted', async (video) => {
    const { name, frames, ...expected } = video;
    const info = await probeVideo(sharedVideo(name));
    expect(info).toMatchObject(expected);
    expect(info.duration).toBeCloseTo(frames / expected.frameRate, 2);
    expect(await countFrames(sharedVideo(name))).toBe(frames);
  });

  // The fixtures' frames were decoded elsewhere, with a faster colour conversion and another filter, and carry a dither
  // of ±3 levels, whose mean size alone is 1.7.
  it.each([
    ['tsm-r50', 'demo.mp4'],
    ['tsm-r50-mmaction', 'test.avi'],
    ['tdn-r50', 'demo.mp4'],
  ])('the frames of %s are the right ones of %s in the right colours', async (name, video) => {
    const facts = fixtureFacts(name);
    const decoded = await decodeFrames(
      sharedVideo(video),
      (frameCount) =>
        facts.framesPerSegment === 1
          ? sampleSegments(frameCount, facts.segments)
          : sampleSegmentsOfFrames(frameCount, facts.segments, facts.framesPerSegment),
      { shortSide: 256 },
    );
    expect(decoded.indices).toEqual(facts.frameIndices);
    expect(decoded.frameCount).toBe(facts.frameCount);
    expect(decoded.damaged).toBe(false);
    const cropped = centerCrop(decoded.frames, { height: 224, width: 224 });
    const expected = expectDataType(fixtureFrames(name), 'uint8', name);
    expect(cropped.shape).toEqual(expected.shape);
    const own = difference(cropped.data, expected.data).mean;
    expect(own).toBeLessThan(2.5);
    // The neighbouring frame is farther away, so that the test would notice a shift by one frame.
    const shifted = facts.frameIndices.map((index) => index + 1);
    const neighbours = await decodeFrames(sharedVideo(video), shifted, { shortSide: 256 });
    const other = centerCrop(neighbours.frames, { height: 224, width: 224 });
    expect(difference(other.data, expected.data).mean).toBeGreaterThan(own + 0.2);
  });
});

describe('decodeFrames', () => {
  it('returns the frames in the order of the indices, also repeated ones', async () => {
    const path = join(folder, 'flat.mkv');
    const clip = flatClip(12, 6, 8, (frame) => [frame, 100 + frame, 255 - frame]);
    await writeLosslessVideo(path, clip);
    const { frames, indices, frameCount } = await decodeFrames(path, [7, 0, 7, 11]);
    expect(frames.shape).toEqual([4, 3, 6, 8]);
    expect(indices).toEqual([7, 0, 7, 11]);
    expect(frameCount).toBe(12);
    const expected = [7, 0, 7, 11].flatMap((frame) => [frame, 100 + frame, 255 - frame]);
    expect(expected.map((_, plane) => frames.data[plane * 48])).toEqual(expected);
  });

  it('asks a rule with the true number of frames', async () => {
    const path = join(folder, 'rule.mp4');
    await encodeH264(path, waveClip(9, 32, 48));
    const { indices, frameCount } = await decodeFrames(path, (count) => [count - 1, 0]);
    expect(frameCount).toBe(9);
    expect(indices).toEqual([8, 0]);
  });

  it('refuses indices behind the end, and what is no index', async () => {
    const path = join(folder, 'short.mkv');
    await writeLosslessVideo(path, noiseClip(2, 4, 4));
    const refused = (choice: number[]) => decodeFrames(path, choice);
    await expect(refused([0, 2])).rejects.toMatchObject({ code: 'VIDEO_TOO_SHORT' });
    await expect(refused([-1])).rejects.toMatchObject({ code: 'OPTION_INVALID' });
    await expect(refused([0.5])).rejects.toMatchObject({ code: 'OPTION_INVALID' });
    await expect(refused([])).rejects.toMatchObject({ code: 'OPTION_INVALID' });
  });

  it.each([
    ['down', 90, 160, 40],
    ['up', 30, 40, 56],
  ])(
    'scales %s like the bilinear filter of the transforms',
    async (_, height, width, shortSide) => {
      const path = join(folder, `scale-${height}.mkv`);
      const clip = waveClip(2, height, width);
      await writeLosslessVideo(path, clip);
      const { frames, sourceSize } = await decodeFrames(path, [0, 1], { shortSide });
      const expected = resizeShortSide(clip, shortSide);
      expect(sourceSize).toEqual({ height, width });
      expect(frames.shape).toEqual(expected.shape);
      // For scaling, libswscale takes RGB through luma and chroma, which costs up to a few levels.
      const { mean, largest } = difference(frames.data, expected.data);
      expect(mean).toBeLessThan(0.7);
      expect(largest).toBeLessThanOrEqual(3);
    },
  );

  it('gives the same pixels every time', async () => {
    const path = join(folder, 'again.mp4');
    await encodeH264(path, waveClip(5, 46, 62));
    const first = await decodeFrames(path, allFrames, { shortSide: 32 });
    const second = await decodeFrames(path, allFrames, { shortSide: 32 });
    expect(sameClip(second.frames, first.frames)).toBe(true);
    expect(second.indices).toEqual(first.indices);
  });

  it('refuses a clip that does not fit in memory', async () => {
    const path = join(folder, 'tiny.mkv');
    await writeLosslessVideo(path, noiseClip(1, 64, 64));
    const choice = new Array<number>(200_000).fill(0);
    await expect(decodeFrames(path, choice)).rejects.toMatchObject({ code: 'OPTION_INVALID' });
    const scaled = decodeFrames(path, [0], { shortSide: 20_000 });
    await expect(scaled).rejects.toMatchObject({ code: 'VIDEO_INVALID' });
    const nothing = decodeFrames(path, [0], { shortSide: -1 });
    await expect(nothing).rejects.toMatchObject({ code: 'OPTION_INVALID' });
  });

  it('stops when it is interrupted', async () => {
    const path = join(folder, 'long.mkv');
    await writeLosslessVideo(path, noiseClip(64, 4, 4));
    const stopped = decodeFrames(path, [0], { signal: AbortSignal.abort() });
    await expect(stopped).rejects.toMatchObject({ code: 'ABORTED' });
  });
});
