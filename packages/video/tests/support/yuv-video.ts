import type { AVColorRange, AVColorSpace } from 'node-av/constants';
import { encodePictures } from '../../src/encode/video-encoder.js';
import { loadFfmpeg } from '../../src/ffmpeg/library.js';

/** Writes a lossless 4:2:0 video in which every frame has one luma and two chroma levels. */
export async function writeFlatYuv(
  path: string,
  levels: readonly (readonly [y: number, u: number, v: number])[],
  color: (
    constants: Awaited<ReturnType<typeof loadFfmpeg>>['constants'],
  ) => { readonly space: AVColorSpace; readonly range: AVColorRange } | undefined,
): Promise<void> {
  const ffmpeg = await loadFfmpeg();
  const [width, height] = [16, 8];
  const area = width * height;
  const declared = color(ffmpeg.constants);
  const settings = {
    codec: 'ffv1',
    container: 'matroska',
    pixelFormat: ffmpeg.constants.AV_PIX_FMT_YUV420P,
    width,
    height,
    frameRate: 25,
    options: {},
    ...(declared ? { color: declared } : {}),
  } as const;
  await encodePictures(ffmpeg, path, settings, levels.length, (frame, index) => {
    const [y, u, v] = levels[index];
    return frame.fromBuffer(
      Buffer.concat([Buffer.alloc(area, y), Buffer.alloc(area / 4, u), Buffer.alloc(area / 4, v)]),
    );
  });
}
