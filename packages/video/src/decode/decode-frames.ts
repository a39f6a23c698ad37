import { type Tensor } from '@msanet/tensor';
import { loadFfmpeg } from '../ffmpeg/library.js';
import { checkFrameSize, decodeLimits } from '../limits.js';
import { checkIndices } from '../sampling/check-indices.js';
import { checkClipBytes, maximumClipBytes } from '../transforms/clip-tensor.js';
import { shortSideSize, type FrameSize } from '../transforms/frame-size.js';
import { FrameConverter } from './frame-converter.js';
import type { VideoInfo } from './open-video.js';
import { VideoReader } from './video-reader.js';

/** Which frames to take: their 0-based indices, or a rule that picks them when it is told how many there are. */
export type FrameChoice = readonly number[] | ((frameCount: number) => readonly number[]);

/** How frames are decoded. */
export interface DecodeOptions {
  /** Scale the shorter side to this many pixels while decoding; the source size where it is absent. */
  readonly shortSide?: number;
  readonly signal?: AbortSignal;
}

/** Frames of a video. */
export interface DecodedFrames {
  /** 8-bit RGB, shape (frames, 3, height, width), in the order of `indices`. */
  readonly frames: Tensor<'uint8'>;
  /** 0-based position of each frame in the video; a frame may occur more than once. */
  readonly indices: readonly number[];
  /** How many frames the whole video has when decoded. */
  readonly frameCount: number;
  /** Size of the upright picture before scaling. */
  readonly sourceSize: FrameSize;
  /** Frames per second on average; 0 where the file does not say. */
  readonly frameRate: number;
  /** Whether some part of the file could not be decoded; the frames are those that could. */
  readonly damaged: boolean;
}

/**
 * Decodes just the frames that are needed, as upright 8-bit RGB.
 *
 * The file is always decoded from start to end, so that `frameCount` is the true one and the frames are exact in any
 * codec (seeking gives neither); only frames that are needed are converted. A rule is first asked with the number of
 * frames that the container declares or its duration suggests. Where that leads to other frames than the true number, a
 * second pass follows. Frames of another size than the first, in a stream that changes its size, are scaled to it.
 *
 * @throws MsanetError `FILE_NOT_FOUND` when the file does not exist, `VIDEO_INVALID` when not one frame can be decoded,
 *   `VIDEO_TOO_SHORT` when an index lies behind the last frame, `OPTION_INVALID` for indices that are no indices or
 *   more frames than fit in memory, `ABORTED` when the signal fires
 */
export async function decodeFrames(
  path: string,
  choice: FrameChoice,
  options: DecodeOptions = {},
): Promise<DecodedFrames> {
  const choose = (frameCount: number): readonly number[] =>
    typeof choice === 'function' ? choice(frameCount) : choice;
  const guess = await decodePass(path, (info) => guessIndices(info, choose), options);
  const indices = choose(guess.frameCount);
  checkIndices(indices, guess.frameCount, path);
  checkClipBytes(indices.length, guess.size, path);
  const final = sameIndices(indices, guess.indices)
    ? guess
    : await decodePass(path, () => indices, options);
  checkIndices(indices, final.frameCount, path);
  return {
    frames: gather(final, indices),
    indices: [...indices],
    frameCount: final.frameCount,
    sourceSize: final.sourceSize,
    frameRate: final.frameRate,
    damaged: final.damaged,
  };
}

/** The frames that are needed if the container tells the truth; none where it says nothing believable. */
function guessIndices(
  { declaredFrames, duration, frameRate }: VideoInfo,
  choose: (frameCount: number) => readonly number[],
): readonly number[] {
  const likely = declaredFrames ?? Math.round(duration * frameRate);
  return likely >= 1 && likely <= decodeLimits.frames ? choose(likely) : [];
}

/** What one pass over the file gave. */
interface Pass extends Omit<DecodedFrames, 'frames'> {
  /** Planar RGB of each needed frame. */
  readonly pictures: ReadonlyMap<number, Uint8Array>;
  /** Size of the pictures. */
  readonly size: FrameSize;
}

async function decodePass(
  path: string,
  pick: (info: VideoInfo) => readonly number[],
  options: DecodeOptions,
): Promise<Pass> {
  const reader = await VideoReader.open(path);
  let converter: FrameConverter | undefined;
  try {
    const ffmpeg = await loadFfmpeg();
    const indices = pick(reader.info);
    const needed = new Set(indices);
    const pictures = new Map<number, Uint8Array>();
    let bytes = 0;
    let sourceSize: FrameSize = { height: 0, width: 0 };
    let size = sourceSize;
    const frameCount = await reader.readFrames((frame, index) => {
      if (index === 0) {
        const [height, width] =
          reader.turns % 2 === 0 ? [frame.height, frame.width] : [frame.width, frame.height];
        sourceSize = { height, width };
        size = options.shortSide ? shortSideSize(sourceSize, options.shortSide) : sourceSize;
        checkFrameSize(size, path);
      }
      const frameBytes = 3 * size.height * size.width;
      if (!needed.has(index) || bytes + frameBytes > maximumClipBytes) return;
      bytes += frameBytes;
      converter ??= new FrameConverter(ffmpeg, size, reader.turns, path);
      const picture = new Uint8Array(frameBytes);
      converter.convert(frame, picture);
      pictures.set(index, picture);
    }, options.signal);
    const { damaged, info } = reader;
    const { frameRate } = info;
    return { indices, pictures, size, sourceSize, frameCount, frameRate, damaged };
  } finally {
    converter?.close();
    reader.close();
  }
}

function gather(pass: Pass, indices: readonly number[]): Tensor<'uint8'> {
  const { height, width } = pass.size;
  const length = 3 * height * width;
  const data = new Uint8Array(indices.length * length);
  indices.forEach((index, position) => {
    data.set(pass.pictures.get(index) as Uint8Array, position * length);
  });
  return { dtype: 'uint8', shape: [indices.length, 3, height, width], data };
}

function sameIndices(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((index, position) => index === b[position]);
}
