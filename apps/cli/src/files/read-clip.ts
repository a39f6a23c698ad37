import { clipBatch, type ClipBatch, type VictimModel } from '@msanet/core';
import { readInput } from '@msanet/video';
import type { TaskContext } from '../work/task.js';

/** An input as the victim takes it. */
export interface PreparedClip {
  /** Shape (1, frames, 3, height, width). */
  readonly clip: ClipBatch;
  /** Frames of the whole video. */
  readonly frameCount: number;
  /** 0-based position of each frame of the clip in the video. */
  readonly frameIndices: readonly number[];
  /** Frames per second at which the clip's own frames are shown in its files. */
  readonly frameRate: number;
}

/** Frames per second where the source does not say. */
const usualFrameRate = 25;

/**
 * Reads a video, folder of frames or `.npy` clip for a victim, and notes what a user should know of it.
 *
 * @throws MsanetError as `readInput` of the video package
 */
export async function readClip(
  path: string,
  victim: VictimModel,
  context: TaskContext,
): Promise<PreparedClip> {
  const { clip, exact8bit, source } = await readInput(path, victim, { signal: context.signal });
  if (source.damaged) {
    context.note(
      `${path}: a part could not be decoded; the ${source.frameCount} frames before it are used.`,
    );
  }
  if (!exact8bit) {
    context.note(
      `${path}: values between the 8-bit levels; an attack rounds them to 8 bits first.`,
    );
  }
  const { frameCount, indices, frameRate } = source;
  return {
    clip: clipBatch(clip.data, [1, ...clip.shape]),
    frameCount,
    frameIndices: indices,
    frameRate: shownFrameRate(frameRate, indices.length, frameCount),
  };
}

/**
 * Frames per second at which some frames of a video are shown: they span the whole video, and keep its duration.
 *
 * @param frameRate of the video; 0 where it does not say
 */
export function shownFrameRate(frameRate: number, frames: number, frameCount: number): number {
  const rate = frameRate > 0 ? frameRate : usualFrameRate;
  const shown = Math.max(1, (rate * frames) / Math.max(frameCount, 1));
  return Math.round(shown * 100) / 100;
}
