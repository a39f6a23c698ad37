import { resolve } from 'node:path';
import type { Tensor } from '@msanet/tensor';
import { loadFfmpeg } from '../ffmpeg/library.js';
import { NativeScope } from '../ffmpeg/native-scope.js';
import { clipAxes } from '../transforms/clip-tensor.js';
import { writeAtomically } from './atomic-output.js';
import { encodePictures, type EncoderSettings } from './video-encoder.js';

/** Which codec and container a clip goes to, and how. */
export interface Yuv420Settings extends Pick<
  EncoderSettings,
  'codec' | 'container' | 'frameRate' | 'options'
> {
  /** What is written, for error messages. */
  readonly what: string;
  readonly signal: AbortSignal | undefined;
}

/**
 * Writes a clip through a codec that stores 4:2:0, BT.601, limited range.
 *
 * An odd width or height grows by one repeated column or row, because 4:2:0 has none.
 *
 * @param clip 8-bit RGB, shape (frames, 3, height, width)
 * @throws MsanetError `SHAPE_MISMATCH` when it is no clip, `OUTPUT_UNWRITABLE` when the file cannot be written,
 *   `OPTION_INVALID` for an impossible rate, `ABORTED` when the signal fires
 */
export async function encodeYuv420(
  path: string,
  clip: Tensor<'uint8'>,
  { what, signal, ...encoding }: Yuv420Settings,
): Promise<void> {
  const axes = clipAxes(clip, what);
  const ffmpeg = await loadFfmpeg();
  const { av, constants } = ffmpeg;
  const width = axes.width + (axes.width % 2);
  const height = axes.height + (axes.height % 2);
  const scope = new NativeScope();
  try {
    const rgb = scope.own(new av.Frame(), (frame) => frame.free());
    rgb.alloc();
    rgb.width = width;
    rgb.height = height;
    rgb.format = constants.AV_PIX_FMT_GBRP;
    rgb.getBuffer();
    const scaler = scope.own(new av.SoftwareScaleContext(), (native) => native.freeContext());
    scaler.allocContext();
    const flags =
      constants.SWS_BILINEAR |
      constants.SWS_ACCURATE_RND |
      constants.SWS_FULL_CHR_H_INP |
      constants.SWS_BITEXACT;
    scaler.setOption('sws_flags', String(flags));
    const picture = Buffer.alloc(3 * height * width);
    const settings: EncoderSettings = {
      ...encoding,
      pixelFormat: constants.AV_PIX_FMT_YUV420P,
      color: { space: constants.AVCOL_SPC_SMPTE170M, range: constants.AVCOL_RANGE_MPEG },
      width,
      height,
    };
    await writeAtomically(resolve(path), (temporary) =>
      encodePictures(
        ffmpeg,
        temporary,
        settings,
        axes.frames,
        (frame, index) => {
          padPlanes(clip.data, index, axes, picture, width, height);
          const copied = rgb.fromBuffer(picture);
          return copied < 0 ? copied : scaler.scaleFrameSync(frame, rgb);
        },
        signal,
      ),
    );
  } finally {
    scope.close();
  }
}

/** Writes one frame's planes in the order green, blue, red, repeating the last column and row up to the size. */
function padPlanes(
  clip: Uint8Array,
  frame: number,
  axes: { readonly height: number; readonly width: number },
  out: Uint8Array,
  width: number,
  height: number,
): void {
  [1, 2, 0].forEach((channel, plane) => {
    for (let row = 0; row < height; row++) {
      const sourceRow = Math.min(row, axes.height - 1);
      const from = ((frame * 3 + channel) * axes.height + sourceRow) * axes.width;
      const to = (plane * height + row) * width;
      out.set(clip.subarray(from, from + axes.width), to);
      if (width > axes.width) out[to + axes.width] = clip[from + axes.width - 1];
    }
  });
}
