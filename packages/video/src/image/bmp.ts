import type { Picture } from './read-image.js';

/**
 * Decodes an uncompressed BMP with 24 or 32 bits per pixel, which is what video tools write; alpha is dropped.
 *
 * @returns the picture, or why it cannot be read
 */
export function readBmp(file: Uint8Array, maximumPixels: number): Picture | string {
  if (file.length < 54) return 'a BMP that is cut off';
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const start = view.getUint32(10, true);
  const width = view.getInt32(18, true);
  const signedHeight = view.getInt32(22, true);
  const height = Math.abs(signedHeight);
  const bits = view.getUint16(28, true);
  const compression = view.getUint32(30, true);
  // Compression 3 is "bit fields", which 32-bit files declare even for the ordinary order.
  const plain = compression === 0 || (compression === 3 && bits === 32);
  if ((bits !== 24 && bits !== 32) || !plain) return 'a compressed or indexed BMP';
  if (width < 1 || height < 1 || width * height > maximumPixels) return `${width}×${height} pixels`;
  const pixelBytes = bits / 8;
  const rowBytes = Math.ceil((width * pixelBytes) / 4) * 4;
  if (start + rowBytes * height > file.length) return 'a BMP that is cut off';
  const area = width * height;
  const data = new Uint8Array(3 * area);
  for (let row = 0; row < height; row++) {
    // Rows are stored bottom up unless the height is negative.
    const stored = signedHeight > 0 ? height - 1 - row : row;
    let from = start + stored * rowBytes;
    for (let to = row * width; to < (row + 1) * width; to++, from += pixelBytes) {
      data[to] = file[from + 2];
      data[area + to] = file[from + 1];
      data[2 * area + to] = file[from];
    }
  }
  return { height, width, data };
}
