import { setImmediate as nextTurn } from 'node:timers/promises';
import { MsanetError } from '@msanet/tensor';
import type { CodecContext, FormatContext, Frame, Packet, Stream } from 'node-av/lib';
import { checkFrameSize, decodeLimits } from '../limits.js';
import { loadFfmpeg, type Ffmpeg } from '../ffmpeg/library.js';
import { NativeScope } from '../ffmpeg/native-scope.js';
import { checkInterruption } from '../input/interruption.js';
import { localFile } from '../input/local-file.js';
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

/** Packets between two turns of the event loop, so that a signal or a timer is not kept waiting for a long video. */
const packetsPerTurn = 16;

/** Frames' worth of time that may be missing at the end of a healthy file. */
const missingFrames = 4;

/**
 * Reads one video file from start to end, once.
 *
 * It decodes on one thread, the first video stream that is no cover picture, with containers and codecs of an
 * allow-list, and reads nothing but the file itself.
 */
export class VideoReader {
  readonly #scope = new NativeScope();
  readonly #ffmpeg: Ffmpeg;
  readonly #path: string;
  readonly #format: FormatContext;
  readonly #stream: Stream;
  readonly #decoder: CodecContext;
  #packets = 0;
  #firstTime = Infinity;
  #lastTime = -Infinity;
  #damaged = false;
  readonly info: VideoInfo;
  /** How often the decoded pictures must be turned by 90° clockwise. */
  readonly turns: QuarterTurns;

  private constructor(ffmpeg: Ffmpeg, path: string) {
    this.#ffmpeg = ffmpeg;
    this.#path = path;
    try {
      this.#format = this.#openFile();
      this.#stream = this.#chooseStream();
      this.#decoder = this.#openDecoder();
      this.turns = quarterTurns(
        this.#stream.codecpar.getCodedSideData(ffmpeg.constants.AV_PKT_DATA_DISPLAYMATRIX),
      );
      this.info = this.#describe();
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /**
   * Opens a video file.
   *
   * @throws MsanetError `FILE_NOT_FOUND` when it does not exist, `VIDEO_INVALID` when it is no video that is read
   */
  static async open(path: string): Promise<VideoReader> {
    const file = await localFile(path);
    if (file.size === 0) throw invalid(path, 'an empty file');
    return new VideoReader(await loadFfmpeg(), path);
  }

  /**
   * Whether something in the file could not be decoded: a cut end, or broken packets in the middle. It is known when
   * all frames have been read.
   */
  get damaged(): boolean {
    return this.#damaged;
  }

  /**
   * Decodes the whole file, frame by frame in the order of display.
   *
   * Broken packets are skipped and a broken end is the end; both set `damaged`.
   *
   * @param visit called with each frame, which is valid only during the call, and its 0-based index
   * @returns the number of frames that were decoded, at least 1
   * @throws MsanetError `VIDEO_INVALID` when not one frame can be decoded, or a frame is too large, or there are too many;
   *   `ABORTED` when the signal fires
   */
  async readFrames(
    visit: (frame: Frame, index: number) => void,
    signal?: AbortSignal,
  ): Promise<number> {
    const { av, constants } = this.#ffmpeg;
    const scope = new NativeScope();
    try {
      const packet = scope.own(new av.Packet(), (native) => native.free());
      packet.alloc();
      const frame = scope.own(new av.Frame(), (native) => native.free());
      frame.alloc();
      const needsMore = av.FFmpegError.AVERROR(av.PosixError.EAGAIN);
      let count = 0;
      const receive = (): void => {
        for (;;) {
          const result = this.#decoder.receiveFrameSync(frame);
          if (result === needsMore || result === constants.AVERROR_EOF) return;
          if (result < 0) {
            this.#damaged = true;
            return;
          }
          this.#check(frame, count);
          visit(frame, count++);
          frame.unref();
        }
      };
      while (this.#readPacket(packet)) {
        if (this.#decoder.sendPacketSync(packet) < 0) this.#damaged = true;
        packet.unref();
        receive();
        if (this.#packets % packetsPerTurn === 0) {
          await nextTurn();
          checkInterruption(signal, this.#path);
        }
      }
      this.#decoder.sendPacketSync(null);
      receive();
      if (count === 0) throw invalid(this.#path, 'a video without a frame that can be decoded');
      if (this.#endsEarly()) this.#damaged = true;
      return count;
    } finally {
      scope.close();
    }
  }

  /** Frees the decoder and closes the file. */
  close(): void {
    this.#scope.close();
  }

  /** Reads the next packet of the video stream; false at the end. */
  #readPacket(packet: Packet): boolean {
    const { constants } = this.#ffmpeg;
    for (;;) {
      const result = this.#format.readFrameSync(packet);
      if (result < 0) {
        if (result !== constants.AVERROR_EOF) this.#damaged = true;
        return false;
      }
      if (packet.streamIndex === this.#stream.index) {
        this.#packets += 1;
        const stamp = packet.pts === constants.AV_NOPTS_VALUE ? packet.dts : packet.pts;
        if (stamp !== constants.AV_NOPTS_VALUE) {
          this.#firstTime = Math.min(this.#firstTime, Number(stamp));
          this.#lastTime = Math.max(this.#lastTime, Number(stamp));
        }
        if (packet.flags & constants.AV_PKT_FLAG_CORRUPT) this.#damaged = true;
        return true;
      }
      packet.unref();
    }
  }

  /**
   * Whether the packets stop clearly before the end that the container declares, as in a file that was cut off. Time is
   * compared rather than frames, because containers count frames that were never stored.
   */
  #endsEarly(): boolean {
    const { num, den } = this.#stream.timeBase;
    const { duration, frameRate } = this.info;
    const onlyStream = this.#format.nbStreams === 1;
    const declared = this.#stream.duration > 0n || onlyStream;
    if (!declared || frameRate <= 0 || this.#lastTime < this.#firstTime) return false;
    const seconds = ((this.#lastTime - this.#firstTime) * num) / den;
    return seconds < duration - missingFrames / frameRate;
  }

  #check(frame: Frame, index: number): void {
    const { constants } = this.#ffmpeg;
    checkFrameSize(frame, this.#path);
    if (index >= decodeLimits.frames) {
      throw invalid(this.#path, `more than ${decodeLimits.frames} frames`);
    }
    if (frame.decodeErrorFlags !== 0 || frame.flags & constants.AV_FRAME_FLAG_CORRUPT) {
      this.#damaged = true;
    }
  }

  #openFile(): FormatContext {
    const { av } = this.#ffmpeg;
    const format = new av.FormatContext();
    const options = av.Dictionary.fromObject({
      protocol_whitelist: 'file',
      format_whitelist: decodeLimits.containers.join(','),
      codec_whitelist: decodeLimits.decoders.join(','),
      max_streams: decodeLimits.streams,
    });
    try {
      const result = format.openInputSync(fileUrl(this.#path), null, options);
      if (result < 0) {
        throw invalid(this.#path, 'a file that is damaged or of another kind');
      }
    } finally {
      options.free();
    }
    this.#scope.own(format, (native) => native.closeInputSync());
    // The container may declare absurd sizes that finding the stream's properties would already allocate.
    this.#checkDeclaredSizes(format);
    if (format.findStreamInfoSync(null) < 0) {
      throw invalid(this.#path, 'a file whose streams cannot be understood');
    }
    this.#checkDeclaredSizes(format);
    return format;
  }

  #checkDeclaredSizes(format: FormatContext): void {
    const { constants } = this.#ffmpeg;
    for (const { codecpar } of format.streams) {
      if (codecpar.codecType === constants.AVMEDIA_TYPE_VIDEO) {
        checkFrameSize(codecpar, this.#path);
      }
    }
  }

  #chooseStream(): Stream {
    const { constants } = this.#ffmpeg;
    const { streams } = this.#format;
    const index = this.#format.findBestStream(constants.AVMEDIA_TYPE_VIDEO);
    const stream = streams.find((candidate) => candidate.index === index);
    if (stream === undefined || stream.disposition & constants.AV_DISPOSITION_ATTACHED_PIC) {
      throw invalid(this.#path, streams.length > 0 ? 'only sound or data' : 'no stream at all');
    }
    for (const other of streams) {
      if (other.index !== index) other.discard = constants.AVDISCARD_ALL;
    }
    return stream;
  }

  #openDecoder(): CodecContext {
    const { av, constants } = this.#ffmpeg;
    const { codecpar } = this.#stream;
    const codec = av.Codec.findDecoder(codecpar.codecId);
    const allowed: readonly (string | null)[] = decodeLimits.decoders;
    if (codec === null || !allowed.includes(codec.name)) {
      const name = av.avGetCodecName(codecpar.codecId) ?? 'unknown';
      throw invalid(this.#path, `the codec ${name}, which is not read`);
    }
    const decoder = this.#scope.own(new av.CodecContext(), (native) => native.freeContext());
    decoder.allocContext3(codec);
    decoder.parametersToContext(codecpar);
    decoder.pktTimebase = this.#stream.timeBase;
    // One thread and the bit-exact paths: the same pixels on every machine, also from a damaged file.
    decoder.threadCount = 1;
    decoder.setFlags(constants.AV_CODEC_FLAG_BITEXACT);
    decoder.setOption('max_pixels', String(decodeLimits.pixels));
    if (decoder.open2Sync(codec, null) < 0) {
      throw invalid(this.#path, `a damaged ${codec.name ?? ''} stream`);
    }
    return decoder;
  }

  #describe(): VideoInfo {
    const { av, constants } = this.#ffmpeg;
    const { codecpar, avgFrameRate, rFrameRate, nbFrames, duration, timeBase } = this.#stream;
    const rate = avgFrameRate.num > 0 && avgFrameRate.den > 0 ? avgFrameRate : rFrameRate;
    const frameRate = rate.num > 0 && rate.den > 0 ? rate.num / rate.den : 0;
    const ofStream = duration > 0n ? (Number(duration) * timeBase.num) / timeBase.den : 0;
    const ofFile = this.#format.duration;
    const seconds = ofStream > 0 ? ofStream : Number(ofFile) / constants.AV_TIME_BASE;
    const onItsSide = this.turns % 2 === 1;
    return {
      width: onItsSide ? codecpar.height : codecpar.width,
      height: onItsSide ? codecpar.width : codecpar.height,
      frameRate,
      ...(nbFrames > 0n ? { declaredFrames: Number(nbFrames) } : {}),
      codec: av.avGetCodecName(codecpar.codecId) ?? 'unknown',
      duration: Number.isFinite(seconds) && seconds > 0 ? seconds : 0,
    };
  }
}

/** FFmpeg takes addresses of many kinds; the scheme makes sure that a path is read as a path. */
function fileUrl(path: string): string {
  return `file:${path}`;
}

function invalid(path: string, got: string): MsanetError {
  return new MsanetError({
    code: 'VIDEO_INVALID',
    where: path,
    expected: 'a video that can be decoded',
    got,
    remedy: 'pass a video file, a folder of frames or a .npy clip',
  });
}
