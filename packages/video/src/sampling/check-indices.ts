import { MsanetError } from '@msanet/tensor';

/**
 * Checks that frame indices can be taken from a video.
 *
 * @param where the video, for the sentence
 * @throws MsanetError `OPTION_INVALID` when there are none, or one is no whole number from 0; `VIDEO_TOO_SHORT` when one
 *   lies behind the last frame
 */
export function checkIndices(indices: readonly number[], frameCount: number, where: string): void {
  const wrong = indices.find((index) => !Number.isInteger(index) || index < 0);
  if (indices.length === 0 || wrong !== undefined) {
    throw new MsanetError({
      code: 'OPTION_INVALID',
      where,
      expected: 'at least one frame index, a whole number from 0',
      got: wrong === undefined ? 'none' : String(wrong),
      remedy: 'check the frame sampling',
    });
  }
  const highest = indices.reduce((a, b) => Math.max(a, b));
  if (highest >= frameCount) {
    throw new MsanetError({
      code: 'VIDEO_TOO_SHORT',
      where,
      expected: `at least ${highest + 1} frames`,
      got: String(frameCount),
      remedy: 'pass a longer video or sample fewer frames',
    });
  }
}
