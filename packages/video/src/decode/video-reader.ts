import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Frame, Packet } from 'node-av/lib';
import { loadFfmpeg, type Ffmpeg } from '../ffmpeg/library.js';
import { NativeScope } from '../ffmpeg/native-scope.js';
import { checkInterruption } from '../input/interruption.js';
import { localFile } from '../input/local-file.js';
import { checkFrameSize, decodeLimits } from '../limits.js';
import { invalidVideo, openVideo, type OpenVideo, type VideoInfo } from './open-video.js';
import type { QuarterTurns } from './rotation.js';

/** Packets between two turns of the event loop, so that a signal or a timer is not kept waiting for a long video. */
const packetsPerTurn = 16;

/** Frames' worth of time that may be missing at the end of a healthy file. */
const missingFrames = 4;

/** Failures in a row after which a decoder is taken to have nothing more for a packet. */
const failuresPerPacket = 8;

/**
 * Reads one video file from start to end, once, on one thread.
 *
 * Broken packets are skipped and a broken end is the end; both are noted as damage.
 */
export class VideoReader {
  readonly #scope: NativeScope;
  readonly #ffmpeg: Ffmpeg;
  readonly #path: string;
  readonly #video: OpenVideo;
  #packets = 0;
  #firstTime = Infinity;
  #lastTime = -Infinity;
  #damaged = false;

  private constructor(ffmpeg: Ffmpeg, path: string, video: OpenVideo, scope: NativeScope) {
    this.#ffmpeg = ffmpeg;
    this.#path = path;
    this.#video = video;
    this.#scope = scope;
  }

  /**
   * Opens a video file.
   *
   * @throws MsanetError `FILE_NOT_FOUND` when it does not exist, `VIDEO_INVALID` when it is no video that is read
   */
  static async open(path: string): Promise<VideoReader> {
    const { kind, size } = await localFile(path);
    if (kind === 'folder') throw invalidVideo(path, 'a folder');
    if (size === 0) throw invalidVideo(path, 'an empty file');
    const ffmpeg = await loadFfmpeg();
    const scope = new NativeScope();
    try {
      return new VideoReader(ffmpeg, path, openVideo(ffmpeg, path, scope), scope);
    } catch (error) {
      scope.close();
      throw error;
    }
  }

  get info(): VideoInfo {
    return this.#video.info;
  }

  /** How often the decoded pictures must be turned by 90° clockwise. */
  get turns(): QuarterTurns {
    return this.#video.turns;
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
   * @param visit called with each frame, which is valid only during the call, and its 0-based index
   * @returns the number of frames that were decoded, at least 1
   * @throws MsanetError `VIDEO_INVALID` when not one frame can be decoded, or a frame is too large, or there are too many;
   *   `ABORTED` when the signal fires
   */
  async readFrames(
    visit: (frame: Frame, index: number) => void,
    signal?: AbortSignal,
  ): Promise<number> {
    const { av, needsMore } = this.#ffmpeg;
    const { decoder } = this.#video;
    const scope = new NativeScope();
    try {
      const packet = scope.own(new av.Packet(), (native) => native.free());
      packet.alloc();
      const frame = scope.own(new av.Frame(), (native) => native.free());
      frame.alloc();
      let count = 0;
      const receive = (): void => {
        while (this.#receiveFrame(frame)) {
          this.#check(frame, count);
          visit(frame, count++);
          frame.unref();
        }
      };
      while (this.#readPacket(packet)) {
        let result = decoder.sendPacketSync(packet);
        receive();
        if (result === needsMore) {
          result = decoder.sendPacketSync(packet);
          receive();
        }
        if (result < 0) this.#damaged = true;
        packet.unref();
        if (this.#packets % packetsPerTurn === 0) await nextTurn();
        checkInterruption(signal, this.#path);
      }
      decoder.sendPacketSync(null);
      receive();
      if (count === 0) throw invalidVideo(this.#path, 'no frame that can be decoded');
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

  /** Takes the next frame that the decoder has ready; false when it has none. */
  #receiveFrame(frame: Frame): boolean {
    const { constants, needsMore } = this.#ffmpeg;
    for (let failures = 0; failures < failuresPerPacket; failures++) {
      const result = this.#video.decoder.receiveFrameSync(frame);
      if (result >= 0) return true;
      if (result === needsMore || result === constants.AVERROR_EOF) return false;
      this.#damaged = true;
    }
    return false;
  }

  /** Reads the next packet of the video stream that holds something; false at the end. */
  #readPacket(packet: Packet): boolean {
    const { constants } = this.#ffmpeg;
    for (;;) {
      const result = this.#video.format.readFrameSync(packet);
      if (result < 0) {
        if (result !== constants.AVERROR_EOF) this.#damaged = true;
        return false;
      }
      if (packet.streamIndex === this.#video.stream.index) {
        this.#packets += 1;
        const stamp = packet.pts === constants.AV_NOPTS_VALUE ? packet.dts : packet.pts;
        if (stamp !== constants.AV_NOPTS_VALUE) {
          this.#firstTime = Math.min(this.#firstTime, Number(stamp));
          this.#lastTime = Math.max(this.#lastTime, Number(stamp));
        }
        if (packet.flags & constants.AV_PKT_FLAG_CORRUPT) this.#damaged = true;
        // An empty packet stands for "no new picture"; a decoder would refuse it, or take it for the end.
        if (packet.size > 0) return true;
      }
      packet.unref();
    }
  }

  /**
   * Whether the packets stop clearly before the end that the container declares, as in a file that was cut off. Time is
   * compared rather than frames, because containers count frames that were never stored.
   */
  #endsEarly(): boolean {
    const { format, stream, info } = this.#video;
    const { num, den } = stream.timeBase;
    const { duration, frameRate } = info;
    const onlyStream = format.nbStreams === 1;
    const declared = stream.duration > 0n || onlyStream;
    if (!declared || frameRate <= 0 || this.#lastTime < this.#firstTime) return false;
    const seconds = ((this.#lastTime - this.#firstTime) * num) / den;
    return seconds < duration - missingFrames / frameRate;
  }

  #check(frame: Frame, index: number): void {
    const { constants } = this.#ffmpeg;
    checkFrameSize(frame, this.#path);
    if (index >= decodeLimits.frames) {
      throw invalidVideo(this.#path, `more than ${decodeLimits.frames} frames`);
    }
    if (frame.decodeErrorFlags !== 0 || frame.flags & constants.AV_FRAME_FLAG_CORRUPT) {
      this.#damaged = true;
    }
  }
}
