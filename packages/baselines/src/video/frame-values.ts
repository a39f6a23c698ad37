import type { ClipSize } from '@msanet/core';

/** Number of values in one frame: 3 · height · width. */
export function frameLength({ height, width }: ClipSize): number {
  return 3 * height * width;
}

/** Some frames of clips of one size, seen as one array: what attacks on a few frames work in. */
export class FrameValues {
  /** The frames, in rising order. */
  readonly frames: readonly number[];
  /** Values of one frame. */
  readonly frameLength: number;

  constructor(frames: readonly number[], size: ClipSize) {
    this.frames = [...frames].sort((a, b) => a - b);
    this.frameLength = frameLength(size);
  }

  /** Values of all of them together. */
  get length(): number {
    return this.frames.length * this.frameLength;
  }

  /** Copies the frames out of a clip of shape (frames, 3, height, width). */
  gather(clip: Float32Array, out: Float32Array = new Float32Array(this.length)): Float32Array {
    this.frames.forEach((frame, index) =>
      out.set(
        clip.subarray(frame * this.frameLength, (frame + 1) * this.frameLength),
        index * this.frameLength,
      ),
    );
    return out;
  }

  /** Writes the frames into a clip; its other frames stay as they are. */
  scatter(values: Float32Array, clip: Float32Array): void {
    this.frames.forEach((frame, index) =>
      clip.set(
        values.subarray(index * this.frameLength, (index + 1) * this.frameLength),
        frame * this.frameLength,
      ),
    );
  }
}
