import { setImmediate as nextTurn } from 'node:timers/promises';
import type { AVColorRange, AVColorSpace, AVPixelFormat, FFEncoderCodec } from 'node-av/constants';
import type { CodecContext, FormatContext, Frame, Stream } from 'node-av/lib';
import { MsanetError } from '@msanet/tensor';
import type { Ffmpeg } from '../ffmpeg/library.js';
import { NativeScope } from '../ffmpeg/native-scope.js';
import { checkInterruption } from '../input/interruption.js';
import { unwritable } from './atomic-output.js';

/** How to encode and pack a video. */
export interface EncoderSettings {
  readonly codec: 'ffv1' | 'libx264' | 'mpeg4';
  /** FFmpeg's name of the muxer. */
  readonly container: 'matroska' | 'mp4' | 'avi';
  readonly pixelFormat: AVPixelFormat;
  /** Matrix and range that the stream declares; absent for RGB. */
  readonly color?: { readonly space: AVColorSpace; readonly range: AVColorRange };
  readonly width: number;
  readonly height: number;
  /** Frames per second. */
  readonly frameRate: number;
  /** Options of the encoder, by FFmpeg's names. */
  readonly options: Readonly<Record<string, string>>;
}

/**
 * Encodes pictures, one after another, into one file.
 *
 * One thread and FFmpeg's bit-exact muxing: the same pictures give the same file.
 *
 * @param path where to write; what is there is overwritten
 * @param fill writes one picture into a native frame of the encoder's pixel format, and returns FFmpeg's result code
 * @throws MsanetError `OUTPUT_UNWRITABLE` when the file cannot be written or the encoder refuses the settings,
 *   `OPTION_INVALID` for an impossible frame rate, `ABORTED` when the signal fires
 */
export async function encodePictures(
  ffmpeg: Ffmpeg,
  path: string,
  settings: EncoderSettings,
  count: number,
  fill: (frame: Frame, index: number) => number,
  signal?: AbortSignal,
): Promise<void> {
  const { av, constants } = ffmpeg;
  const scope = new NativeScope();
  const check: Check = (result) => {
    if (result < 0) throw unwritable(path, `"${av.FFmpegError.strerror(result)}" from FFmpeg`);
  };
  try {
    const format = scope.own(new av.FormatContext(), (native) => native.freeContext());
    check(format.allocOutputContext2(null, settings.container, `file:${path}`));
    format.setFlags(constants.AVFMT_FLAG_BITEXACT);
    const encoder = openEncoder(ffmpeg, scope, settings, format, check);
    const stream = addStream(ffmpeg, format, encoder, check);
    check(format.openOutputSync());
    scope.own(format, (native) => native.closeOutputSync());
    check(format.writeHeaderSync(null));
    const drain = packetWriter(ffmpeg, scope, format, stream, encoder, check);
    const frame = encoderFrame(ffmpeg, scope, settings, check);
    for (let index = 0; index < count; index++) {
      check(frame.makeWritable());
      check(fill(frame, index));
      frame.pts = BigInt(index);
      check(encoder.sendFrameSync(frame));
      drain();
      await nextTurn();
      checkInterruption(signal, path);
    }
    check(encoder.sendFrameSync(null));
    drain();
    check(format.writeTrailerSync());
  } finally {
    scope.close();
  }
}

/** Turns a negative result code into an error. */
type Check = (result: number) => void;

function openEncoder(
  { av, constants }: Ffmpeg,
  scope: NativeScope,
  settings: EncoderSettings,
  format: FormatContext,
  check: Check,
): CodecContext {
  const codec = av.Codec.findEncoderByName(settings.codec as FFEncoderCodec);
  if (codec === null) {
    throw new MsanetError({
      code: 'RUNTIME_UNAVAILABLE',
      where: 'video encoder',
      expected: `an FFmpeg with ${settings.codec}`,
      got: 'one without it',
      remedy: 'install the published binary of node-av, or write PNG frames',
    });
  }
  const encoder = scope.own(new av.CodecContext(), (native) => native.freeContext());
  const [numerator, denominator] = frameRateFraction(settings.frameRate);
  encoder.allocContext3(codec);
  encoder.width = settings.width;
  encoder.height = settings.height;
  encoder.pixelFormat = settings.pixelFormat;
  encoder.timeBase = new av.Rational(denominator, numerator);
  encoder.framerate = new av.Rational(numerator, denominator);
  encoder.threadCount = 1;
  encoder.setFlags(constants.AV_CODEC_FLAG_BITEXACT);
  if (settings.color) {
    encoder.colorSpace = settings.color.space;
    encoder.colorRange = settings.color.range;
  }
  if (format.oformat?.hasFlags(constants.AVFMT_GLOBALHEADER)) {
    encoder.setFlags(constants.AV_CODEC_FLAG_GLOBAL_HEADER);
  }
  // Options are set one by one: the binding frees a dictionary that is passed on opening, and then frees it again.
  for (const [name, value] of Object.entries(settings.options)) {
    check(
      encoder.setOption(
        name,
        value,
        constants.AV_OPT_TYPE_STRING,
        constants.AV_OPT_SEARCH_CHILDREN,
      ),
    );
  }
  check(encoder.open2Sync(codec, null));
  return encoder;
}

function addStream(
  { av }: Ffmpeg,
  format: FormatContext,
  encoder: CodecContext,
  check: Check,
): Stream {
  const stream = format.newStream(null);
  stream.timeBase = encoder.timeBase;
  stream.avgFrameRate = encoder.framerate;
  stream.sampleAspectRatio = new av.Rational(1, 1);
  check(stream.codecpar.fromContext(encoder));
  return stream;
}

function encoderFrame(
  { av }: Ffmpeg,
  scope: NativeScope,
  settings: EncoderSettings,
  check: Check,
): Frame {
  const frame = scope.own(new av.Frame(), (native) => native.free());
  frame.alloc();
  frame.width = settings.width;
  frame.height = settings.height;
  frame.format = settings.pixelFormat;
  if (settings.color) {
    frame.colorSpace = settings.color.space;
    frame.colorRange = settings.color.range;
  }
  check(frame.getBuffer());
  return frame;
}

/** A function that moves what the encoder has ready into the file. */
function packetWriter(
  { av, constants, needsMore }: Ffmpeg,
  scope: NativeScope,
  format: FormatContext,
  stream: Stream,
  encoder: CodecContext,
  check: Check,
): () => void {
  const packet = scope.own(new av.Packet(), (native) => native.free());
  packet.alloc();
  return () => {
    for (;;) {
      const result = encoder.receivePacketSync(packet);
      if (result === needsMore || result === constants.AVERROR_EOF) return;
      check(result);
      packet.streamIndex = stream.index;
      packet.duration = 1n;
      packet.rescaleTs(encoder.timeBase, stream.timeBase);
      check(format.interleavedWriteFrameSync(packet));
    }
  };
}

/**
 * A frame rate as a fraction: whole rates exactly, the NTSC rates (29.97 …) as multiples of 1000/1001, others in
 * thousandths.
 */
function frameRateFraction(frameRate: number): readonly [numerator: number, denominator: number] {
  if (!(frameRate >= 0.001 && frameRate <= 1000)) {
    throw new MsanetError({
      code: 'OPTION_INVALID',
      where: 'frame rate',
      expected: 'from 0.001 to 1000 frames per second',
      got: String(frameRate),
      remedy: 'pass the rate at which the clip should play',
    });
  }
  const ntsc = Math.round(frameRate * 1.001);
  if (!Number.isInteger(frameRate) && Math.abs(ntsc / 1.001 - frameRate) < 0.005 && ntsc > 0) {
    return [ntsc * 1000, 1001];
  }
  return [Math.round(frameRate * 1000), 1000];
}
