import { extname } from 'node:path';
import type { ClipSize, FrameGeometry, FrameSampling } from '@msanet/core';
import { MsanetError, type Tensor } from '@msanet/tensor';
import { decodeFrames } from '../decode/decode-frames.js';
import { listFrames, readFrames } from '../image/frame-folder.js';
import { checkFrameSize } from '../limits.js';
import { centerCrop } from '../transforms/center-crop.js';
import { shortSideSize, type FrameSize } from '../transforms/frame-size.js';
import { toFloat } from '../transforms/levels.js';
import { resizeShortSide } from '../transforms/resize.js';
import { localFile } from './local-file.js';
import { readNpyClip } from './read-npy-clip.js';

/** What a victim wants to see of a video. Every `VictimModel` is one. */
export interface ClipRequest {
  readonly sampling: FrameSampling;
  readonly geometry: FrameGeometry;
  readonly input: ClipSize;
}

/** Where a clip came from. */
export interface ClipSource {
  readonly kind: 'video' | 'frames' | 'npy';
  readonly path: string;
  /** Frames of the whole source. */
  readonly frameCount: number;
  /** 0-based position of each frame of the clip in the source. */
  readonly indices: readonly number[];
  /** Size of the source's frames. */
  readonly size: FrameSize;
  /** Frames per second on average; 0 where the source does not say. */
  readonly frameRate: number;
  /** Whether some part of the source could not be decoded. */
  readonly damaged: boolean;
}

/** One clip, ready for a victim. */
export interface InputClip {
  /** RGB in [0, 1], shape (frames, 3, height, width). */
  readonly clip: Tensor<'float32'>;
  /** Whether every value is a multiple of 1/255, as it is for everything but a float32 `.npy`. */
  readonly exact8bit: boolean;
  readonly source: ClipSource;
}

/**
 * Reads an input of the command line: a video file, a folder of frames, or a `.npy` clip.
 *
 * Of a video or folder, the frames of the sampling are taken, their shorter side is scaled, and the centre is cropped to
 * the input size. A `.npy` clip is used as it is. A folder is read as frames; the extension `.npy` makes a clip; every
 * other file is decoded as video, whatever its name.
 *
 * @throws MsanetError `FILE_NOT_FOUND` when there is nothing, `VIDEO_INVALID` when it cannot be decoded, `VIDEO_TOO_SHORT`
 *   when it has fewer frames than the sampling needs, `ABORTED` when the signal fires, and for `.npy` the errors of
 *   `readNpyClip`
 */
export async function readInput(
  path: string,
  request: ClipRequest,
  options: { readonly signal?: AbortSignal } = {},
): Promise<InputClip> {
  const { kind } = await localFile(path);
  if (kind === 'folder') return readFolder(path, request, options.signal);
  return extname(path).toLowerCase() === '.npy'
    ? readNpyInput(path)
    : readVideo(path, request, options);
}

async function readVideo(
  path: string,
  request: ClipRequest,
  options: { readonly signal?: AbortSignal },
): Promise<InputClip> {
  const { frames, indices, frameCount, sourceSize, frameRate, damaged } = await decodeFrames(
    path,
    (count) => request.sampling.indices(count),
    { ...options, shortSide: request.geometry.shortSide },
  );
  expectFrames(indices, frameCount, request, path);
  const source = { kind: 'video' as const, path, frameCount, indices, frameRate, damaged };
  return prepare(frames, request, { ...source, size: sourceSize });
}

async function readFolder(
  path: string,
  request: ClipRequest,
  signal?: AbortSignal,
): Promise<InputClip> {
  const files = await listFrames(path);
  const indices = request.sampling.indices(files.length);
  expectFrames(indices, files.length, request, path);
  const frames = await readFrames(files, indices, path, signal);
  const [, , height, width] = frames.shape;
  const { shortSide } = request.geometry;
  checkFrameSize(shortSideSize({ height, width }, shortSide), path);
  return prepare(resizeShortSide(frames, shortSide), request, {
    kind: 'frames',
    path,
    frameCount: files.length,
    indices,
    size: { height, width },
    frameRate: 0,
    damaged: false,
  });
}

async function readNpyInput(path: string): Promise<InputClip> {
  const { clip, exact8bit } = await readNpyClip(path);
  const [frameCount, , height, width] = clip.shape;
  const indices = Array.from({ length: frameCount }, (_, index) => index);
  const size = { height, width };
  return {
    clip,
    exact8bit,
    source: { kind: 'npy', path, frameCount, indices, size, frameRate: 0, damaged: false },
  };
}

function prepare(frames: Tensor<'uint8'>, { input }: ClipRequest, source: ClipSource): InputClip {
  return { clip: toFloat(centerCrop(frames, input)), exact8bit: true, source };
}

function expectFrames(
  indices: readonly number[],
  frameCount: number,
  request: ClipRequest,
  path: string,
): void {
  const needed = request.input.frames;
  if (indices.length === needed) return;
  throw new MsanetError({
    code: indices.length < needed ? 'VIDEO_TOO_SHORT' : 'OPTION_INVALID',
    where: path,
    expected: `${needed} frames by the sampling "${request.sampling.description}"`,
    got: `${indices.length} of the ${frameCount} in the video`,
    remedy: indices.length < needed ? 'pass a longer video' : 'sample as many as the victim takes',
  });
}
