import { Random, sameShape, tensor, type Tensor } from '@msanet/tensor';

/** A clip of random bytes, shape (frames, 3, height, width). */
export function noiseClip(
  frames: number,
  height: number,
  width: number,
  seed = 1,
): Tensor<'uint8'> {
  const random = new Random(seed);
  const data = Uint8Array.from({ length: frames * 3 * height * width }, () => random.integer(256));
  return tensor('uint8', [frames, 3, height, width], data);
}

/** A clip whose frame `t` has the one colour that `color(t)` gives. */
export function flatClip(
  frames: number,
  height: number,
  width: number,
  color: (frame: number) => readonly [number, number, number],
): Tensor<'uint8'> {
  const area = height * width;
  const data = new Uint8Array(frames * 3 * area);
  for (let frame = 0; frame < frames; frame++) {
    color(frame).forEach((level, channel) => {
      const start = (frame * 3 + channel) * area;
      data.fill(level, start, start + area);
    });
  }
  return tensor('uint8', [frames, 3, height, width], data);
}

/** A clip of smooth moving waves, which lossy codecs keep well. */
export function waveClip(frames: number, height: number, width: number): Tensor<'uint8'> {
  const data = new Uint8Array(frames * 3 * height * width);
  let index = 0;
  for (let frame = 0; frame < frames; frame++) {
    for (let channel = 0; channel < 3; channel++) {
      for (let row = 0; row < height; row++) {
        for (let column = 0; column < width; column++) {
          const phase = 0.11 * column + 0.07 * row + 0.3 * frame + channel;
          data[index++] = 128 + 80 * Math.sin(phase);
        }
      }
    }
  }
  return tensor('uint8', [frames, 3, height, width], data);
}

/** Whether two clips have the same shape and bytes; `toEqual` takes seconds on large ones. */
export function sameClip(a: Tensor<'uint8'>, b: Tensor<'uint8'>): boolean {
  return sameShape(a.shape, b.shape) && Buffer.compare(a.data, b.data) === 0;
}

/** Every index of a video. */
export function allFrames(frameCount: number): number[] {
  return Array.from({ length: frameCount }, (_, index) => index);
}

/** Mean and largest absolute difference of two arrays of levels or values. */
export function difference(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
): { readonly mean: number; readonly largest: number } {
  if (a.length !== b.length) throw new Error(`${a.length} values against ${b.length}`);
  let sum = 0;
  let largest = 0;
  for (let index = 0; index < a.length; index++) {
    const error = Math.abs(a[index] - b[index]);
    sum += error;
    largest = Math.max(largest, error);
  }
  return { mean: sum / a.length, largest };
}
