import type { VideoInfo } from './open-video.js';
import { VideoReader } from './video-reader.js';

/**
 * What a video file says about itself, without decoding all of it.
 *
 * @throws MsanetError `FILE_NOT_FOUND` when it does not exist, `VIDEO_INVALID` when it is no video that is read
 */
export async function probeVideo(path: string): Promise<VideoInfo> {
  const reader = await VideoReader.open(path);
  reader.close();
  return reader.info;
}

/**
 * The true number of frames of a video, found by decoding all of it.
 *
 * @throws MsanetError `FILE_NOT_FOUND` when it does not exist, `VIDEO_INVALID` when not one frame can be decoded
 */
export async function countFrames(path: string, signal?: AbortSignal): Promise<number> {
  const reader = await VideoReader.open(path);
  try {
    return await reader.readFrames(() => undefined, signal);
  } finally {
    reader.close();
  }
}
