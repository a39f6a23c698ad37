import { clipBatch, fromLevels, selectClips, toLevels, type VictimModel } from '@msanet/core';
import {
  attackSpace,
  type AttackSpace,
  type CommonPicture,
  type LoadedClip,
} from '@msanet/evaluation';
import { readInput } from '@msanet/video';
import { hashFile } from '../../files/hash-file.js';
import { shownFrameRate } from '../../files/read-clip.js';

/**
 * Reads the frames of a video that any of the victims looks at.
 *
 * @throws MsanetError as `readInput` of the video package
 */
export async function loadClip(
  path: string,
  victims: readonly VictimModel[],
  { geometry, height, width }: CommonPicture,
): Promise<LoadedClip> {
  let space: AttackSpace = { frames: [], positions: [] };
  const { clip, source } = await readInput(path, {
    geometry,
    sampling: {
      description: 'the frames of all victims',
      indices(frameCount) {
        space = attackSpace(victims, frameCount);
        return [...space.frames];
      },
    },
    input: {
      height,
      width,
      // How many frames the victims share is known once the video is: the reader asks after it has sampled.
      get frames() {
        return space.frames.length;
      },
    },
  });
  let data = fromLevels(toLevels(clip.data));
  let frames = clip.shape[0];
  if (source.kind === 'npy') {
    // A `.npy` clip is read as it is; the frames are taken from it here.
    space = attackSpace(victims, source.frameCount);
    const [, , rows, columns] = clip.shape;
    const pictures = clipBatch(data, [frames, 1, 3, rows, columns]);
    data = selectClips(pictures, space.frames).data;
    frames = space.frames.length;
  }
  return {
    clips: clipBatch(data, [1, frames, ...clip.shape.slice(1)]),
    space,
    frameCount: source.frameCount,
    frameRate: shownFrameRate(source.frameRate, frames, source.frameCount),
    file: (await hashFile(path)) ?? null,
    damaged: source.damaged,
  };
}
