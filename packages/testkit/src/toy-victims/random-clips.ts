import { emptyClips, valueOfLevel, type ClipBatch, type ClipSize } from '@msanet/core';
import { Random } from '@msanet/tensor';

/** Clips of uniformly random 8-bit levels, all of 0 … 255, so that some values lie on the edge of the range. */
export function randomClips(batch: number, size: ClipSize, seed: number): ClipBatch {
  const random = new Random(seed);
  const clips = emptyClips(batch, size);
  for (let index = 0; index < clips.data.length; index++) {
    clips.data[index] = valueOfLevel(random.integer(256));
  }
  return clips;
}
