import { MsanetError } from '@msanet/tensor';
import type { Frame } from 'node-av/lib';
import type { Ffmpeg } from '../ffmpeg/library.js';
import { NativeScope } from '../ffmpeg/native-scope.js';
import { rotatePlanes, type QuarterTurns } from './rotation.js';

/**
 * Turns decoded frames of any pixel format and size into planar 8-bit RGB of one size, in one native pass.
 *
 * libswscale scales bilinearly, with a filter that widens as the picture shrinks (as PIL does), rounds accurately and
 * interpolates chroma at full resolution from where the stream says the chroma samples lie. Matrix and range come
 * from the stream; where it says nothing they are BT.601 and limited. Its bit-exact paths are used, so that every
 * machine gets the same pixels. The sample aspect ratio is ignored: pixels count as square.
 */
export class FrameConverter {
  readonly #scope = new NativeScope();
  readonly #scaler;
  readonly #target;
  readonly #turns: QuarterTurns;
  readonly #where: string;
  /** Height of the pictures that come out, after rotation. */
  readonly height: number;
  /** Width of the pictures that come out, after rotation. */
  readonly width: number;

  constructor(
    { av, constants }: Ffmpeg,
    size: { readonly height: number; readonly width: number },
    turns: QuarterTurns,
    where: string,
  ) {
    this.height = size.height;
    this.width = size.width;
    this.#turns = turns;
    this.#where = where;
    const onItsSide = turns % 2 === 1;
    this.#scaler = this.#scope.own(new av.SoftwareScaleContext(), (scaler) => scaler.freeContext());
    this.#scaler.allocContext();
    const flags =
      constants.SWS_BILINEAR |
      constants.SWS_ACCURATE_RND |
      constants.SWS_FULL_CHR_H_INT |
      constants.SWS_BITEXACT;
    this.#scaler.setOption('sws_flags', String(flags));
    this.#target = this.#scope.own(new av.Frame(), (frame) => frame.free());
    this.#target.alloc();
    this.#target.width = onItsSide ? size.height : size.width;
    this.#target.height = onItsSide ? size.width : size.height;
    this.#target.format = constants.AV_PIX_FMT_GBRP;
    this.#check(this.#target.getBuffer());
  }

  /** Writes the frame's red, green and blue planes, 3 · height · width bytes, to `out`. */
  convert(frame: Frame, out: Uint8Array): void {
    this.#check(this.#scaler.scaleFrameSync(this.#target, frame));
    const { width, height } = this.#target;
    const area = width * height;
    const planes = this.#target.toBuffer();
    const red = planes.subarray(2 * area, 3 * area);
    if (this.#turns === 0) {
      out.set(red, 0);
      out.set(planes.subarray(0, 2 * area), area);
    } else {
      const upright = new Uint8Array(3 * area);
      upright.set(red, 0);
      upright.set(planes.subarray(0, 2 * area), area);
      rotatePlanes(upright, 3, height, width, this.#turns, out);
    }
  }

  close(): void {
    this.#scope.close();
  }

  #check(result: number): void {
    if (result >= 0) return;
    throw new MsanetError({
      code: 'VIDEO_INVALID',
      where: this.#where,
      expected: 'frames that convert to RGB',
      got: 'a pixel format or size that FFmpeg cannot scale',
      remedy: 're-encode the video, for example as H.264 with yuv420p',
    });
  }
}
