import { MsanetError } from '@msanet/tensor';
import type { Codec, CodecContext, FormatContext, Stream } from 'node-av/lib';
import type { Ffmpeg } from '../ffmpeg/library.js';
import type { NativeScope } from '../ffmpeg/native-scope.js';
import { checkFrameSize, decodeLimits } from '../limits.js';
import { quarterTurns, type QuarterTurns } from './rotation.js';

/** What a video file says about itself. Sizes are those of the upright picture. */
export interface VideoInfo {
  /** Pixels. */
  readonly width: number;
  /** Pixels. */
  readonly height: number;
  /** Frames per second on average; 0 where the file does not say. */
  readonly frameRate: number;
  /** Frames that the container declares; absent where it declares none. Only decoding tells the true number. */
  readonly declaredFrames?: number;
  /** FFmpeg's name of the codec, such as `h264`. */
  readonly codec: string;
  /** Seconds; 0 where the file does not say. */
  readonly duration: number;
}

/** A video file whose first frame can be read next. */
export interface OpenVideo {
  readonly format: FormatContext;
  readonly stream: Stream;
  readonly decoder: CodecContext;
  /** How often the decoded pictures must be turned by 90° clockwise. */
  readonly turns: QuarterTurns;
  readonly info: VideoInfo;
}

/**
 * Opens a video file with its decoder: the first video stream that is no cover picture, with containers and codecs of an
 * allow-list, and nothing but the file itself.
 *
 * @param scope takes charge of the native objects
 * @throws MsanetError `VIDEO_INVALID` when it is no video that is read
 */
export function openVideo(ffmpeg: Ffmpeg, path: string, scope: NativeScope): OpenVideo {
  const format = openFile(ffmpeg, path, scope);
  const stream = chooseStream(ffmpeg, path, format);
  const decoder = openDecoder(ffmpeg, path, scope, stream);
  const { AV_PKT_DATA_DISPLAYMATRIX } = ffmpeg.constants;
  const turns = quarterTurns(stream.codecpar.getCodedSideData(AV_PKT_DATA_DISPLAYMATRIX));
  return { format, stream, decoder, turns, info: describe(ffmpeg, format, stream, turns) };
}

/** The error for a file that is no video. */
export function invalidVideo(path: string, got: string): MsanetError {
  return new MsanetError({
    code: 'VIDEO_INVALID',
    where: path,
    expected: 'a video that can be decoded',
    got,
    remedy: 'pass a video file, a folder of frames or a .npy clip',
  });
}

function openFile({ av, constants }: Ffmpeg, path: string, scope: NativeScope): FormatContext {
  const format = new av.FormatContext();
  const options = av.Dictionary.fromObject({
    protocol_whitelist: 'file',
    format_whitelist: decodeLimits.containers.join(','),
    codec_whitelist: decodeLimits.decoders.join(','),
    max_streams: decodeLimits.streams,
  });
  try {
    // FFmpeg takes addresses of many kinds; the scheme makes sure that a path is read as a path.
    if (format.openInputSync(`file:${path}`, null, options) < 0) {
      throw invalidVideo(path, 'a file that is damaged or of another kind');
    }
  } finally {
    options.free();
  }
  scope.own(format, (native) => native.closeInputSync());
  const checkSizes = (): void => {
    for (const { codecpar } of format.streams) {
      if (codecpar.codecType === constants.AVMEDIA_TYPE_VIDEO) checkFrameSize(codecpar, path);
    }
  };
  // Finding the streams' properties decodes a little, and would take memory for the sizes that the container declares.
  checkSizes();
  if (format.findStreamInfoSync(null) < 0) {
    throw invalidVideo(path, 'a file whose streams cannot be understood');
  }
  checkSizes();
  return format;
}

function chooseStream({ constants }: Ffmpeg, path: string, format: FormatContext): Stream {
  const { streams } = format;
  const index = format.findBestStream(constants.AVMEDIA_TYPE_VIDEO);
  const stream = streams.find((candidate) => candidate.index === index);
  if (stream === undefined || stream.disposition & constants.AV_DISPOSITION_ATTACHED_PIC) {
    throw invalidVideo(path, streams.length > 0 ? 'only sound or data' : 'no stream at all');
  }
  for (const other of streams) {
    if (other.index !== index) other.discard = constants.AVDISCARD_ALL;
  }
  return stream;
}

function openDecoder(
  { av, constants }: Ffmpeg,
  path: string,
  scope: NativeScope,
  { codecpar, timeBase }: Stream,
): CodecContext {
  const codec: Codec | null = av.Codec.findDecoder(codecpar.codecId);
  const allowed: readonly (string | null)[] = decodeLimits.decoders;
  if (codec === null || !allowed.includes(codec.name)) {
    const name = av.avGetCodecName(codecpar.codecId) ?? 'unknown';
    throw invalidVideo(path, `the codec ${name}, which is not read`);
  }
  const decoder = scope.own(new av.CodecContext(), (native) => native.freeContext());
  decoder.allocContext3(codec);
  decoder.parametersToContext(codecpar);
  decoder.pktTimebase = timeBase;
  // One thread and the bit-exact paths: the same pixels on every machine, also from a damaged file.
  decoder.threadCount = 1;
  decoder.setFlags(constants.AV_CODEC_FLAG_BITEXACT);
  decoder.setOption('max_pixels', String(decodeLimits.pixels));
  if (decoder.open2Sync(codec, null) < 0) {
    throw invalidVideo(path, `a damaged ${codec.name ?? ''} stream`);
  }
  return decoder;
}

function describe(
  { av, constants }: Ffmpeg,
  format: FormatContext,
  stream: Stream,
  turns: QuarterTurns,
): VideoInfo {
  const { codecpar, avgFrameRate, rFrameRate, nbFrames, duration, timeBase } = stream;
  const rate = avgFrameRate.num > 0 && avgFrameRate.den > 0 ? avgFrameRate : rFrameRate;
  const frameRate = rate.num > 0 && rate.den > 0 ? rate.num / rate.den : 0;
  const ofStream = duration > 0n ? (Number(duration) * timeBase.num) / timeBase.den : 0;
  const seconds = ofStream > 0 ? ofStream : Number(format.duration) / constants.AV_TIME_BASE;
  const onItsSide = turns % 2 === 1;
  return {
    width: onItsSide ? codecpar.height : codecpar.width,
    height: onItsSide ? codecpar.width : codecpar.height,
    frameRate,
    ...(nbFrames > 0n ? { declaredFrames: Number(nbFrames) } : {}),
    codec: av.avGetCodecName(codecpar.codecId) ?? 'unknown',
    duration: Number.isFinite(seconds) && seconds > 0 ? seconds : 0,
  };
}
