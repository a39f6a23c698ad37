import { MsanetError } from '@msanet/tensor';
import type { FrameSize } from './transforms/frame-size.js';

/**
 * What a video file may ask of the decoder.
 *
 * FFmpeg reads hundreds of formats, many of them old and little tested, and some that open further files or network
 * addresses. A file from elsewhere gets only what real data sets and cameras use.
 */
export const decodeLimits = {
  /** Containers that are opened, by FFmpeg's demuxer names. Playlists and image sequences are not among them. */
  containers: [
    'mov',
    'mp4',
    'matroska',
    'webm',
    'avi',
    'mpegts',
    'mpeg',
    'mpegvideo',
    'h264',
    'hevc',
    'm4v',
    'flv',
    'asf',
    'ogg',
  ],
  /** Decoders that run, by FFmpeg's names. */
  decoders: [
    'h264',
    'hevc',
    'mpeg4',
    'mpeg1video',
    'mpeg2video',
    'mpegvideo',
    'msmpeg4v1',
    'msmpeg4v2',
    'msmpeg4',
    'h263',
    'flv',
    'wmv1',
    'wmv2',
    'wmv3',
    'vc1',
    'theora',
    'vp8',
    'vp9',
    'libdav1d',
    'mjpeg',
    'dvvideo',
    'ffv1',
    'huffyuv',
    'ffvhuff',
    'utvideo',
    'rawvideo',
  ],
  /** Pixels of the longer side. */
  side: 16384,
  /** Pixels of one frame; 8K video has 33.2 million. */
  pixels: 2 ** 25,
  /** Frames of one video, four and a half hours at 30 per second. */
  frames: 500_000,
  /** Streams of one file. */
  streams: 32,
} as const;

/**
 * Checks that a frame is of a size that is decoded, before memory is taken for it.
 *
 * @param where the file, for the sentence
 * @throws MsanetError `VIDEO_INVALID` otherwise
 */
export function checkFrameSize({ height, width }: FrameSize, where: string): void {
  const { side, pixels } = decodeLimits;
  if (width <= side && height <= side && width * height <= pixels) return;
  throw new MsanetError({
    code: 'VIDEO_INVALID',
    where,
    expected: `frames of at most ${pixels} pixels and ${side} on a side`,
    got: `${width}×${height}`,
    remedy: 'scale or crop the video first',
  });
}
