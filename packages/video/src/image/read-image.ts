import { readFile } from 'node:fs/promises';
import { MsanetError } from '@msanet/tensor';
import sharp from 'sharp';
import { decodeLimits } from '../limits.js';
import { describe, localFile, notFound } from '../input/local-file.js';
import type { FrameSize } from '../transforms/frame-size.js';
import { readBmp } from './bmp.js';

/** One 8-bit RGB picture. */
export interface Picture extends FrameSize {
  /** Planes, shape (3, height, width). */
  readonly data: Uint8Array;
}

/** File name extensions of the images that are read as frames. */
export const imageExtensions = ['.png', '.jpg', '.jpeg', '.webp', '.bmp'] as const;

/** Most bytes of one image file. */
const maximumFileBytes = 2 ** 28;

/**
 * Reads a PNG, JPEG, WebP or uncompressed BMP as 8-bit RGB.
 *
 * The content decides which it is, not the name. Colour profiles are ignored, as PIL and OpenCV do; grey becomes RGB,
 * 16 bits become 8, transparency is dropped, and the orientation that a camera noted is applied.
 *
 * @throws MsanetError `FILE_NOT_FOUND` when it does not exist, `VIDEO_INVALID` when it cannot be decoded
 */
export async function readImage(path: string): Promise<Picture> {
  const { kind, size } = await localFile(path);
  if (kind === 'folder') throw invalid(path, 'a folder');
  if (size > maximumFileBytes) throw invalid(path, `${size} bytes`);
  const file = await readFile(path).catch((cause: unknown) => {
    throw notFound(path, describe(cause), cause);
  });
  switch (signature(file)) {
    case 'bmp': {
      const picture = readBmp(file, decodeLimits.pixels);
      if (typeof picture === 'string') throw invalid(path, picture);
      return picture;
    }
    case 'other':
      return readWithSharp(path, file);
    case undefined:
      throw invalid(path, file.length === 0 ? 'an empty file' : 'content of another kind');
  }
}

async function readWithSharp(path: string, file: Uint8Array): Promise<Picture> {
  try {
    const { data, info } = await sharp(file, {
      limitInputPixels: decodeLimits.pixels,
      failOn: 'error',
      ignoreIcc: true,
    })
      .autoOrient()
      .removeAlpha()
      .toColourspace('srgb')
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    const { height, width } = info;
    if (info.channels !== 3) throw new Error(`${info.channels} channels`);
    return { height, width, data: toPlanes(data, height * width) };
  } catch (cause) {
    throw invalid(path, 'an image that is damaged, cut off or too large', cause);
  }
}

function toPlanes(interleaved: Uint8Array, area: number): Uint8Array {
  const planes = new Uint8Array(3 * area);
  for (let pixel = 0, from = 0; pixel < area; pixel++) {
    planes[pixel] = interleaved[from++];
    planes[area + pixel] = interleaved[from++];
    planes[2 * area + pixel] = interleaved[from++];
  }
  return planes;
}

/** Only known signatures reach the image library, which reads many more formats than frames come in. */
function signature(file: Uint8Array): 'bmp' | 'other' | undefined {
  const text = Buffer.from(file.subarray(0, 12)).toString('latin1');
  if (text.startsWith('BM')) return 'bmp';
  const isWebp = text.startsWith('RIFF') && text.slice(8) === 'WEBP';
  return text.startsWith('\x89PNG\r\n') || text.startsWith('\xff\xd8\xff') || isWebp
    ? 'other'
    : undefined;
}

function invalid(path: string, got: string, cause?: unknown): MsanetError {
  return new MsanetError({
    code: 'VIDEO_INVALID',
    where: path,
    expected: 'a PNG, JPEG, WebP or uncompressed BMP image',
    got,
    remedy: 'write the frame again',
    cause,
  });
}
