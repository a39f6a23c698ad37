/** Decoded frames of one video. */
export interface FrameBlock {
  /** 8-bit RGB, (frames, 3, height, width). */
  readonly data: Uint8Array;
  readonly frames: number;
  readonly height: number;
  readonly width: number;
}

/** Labelled videos to train on or to be judged by. */
export interface TrainingClips {
  /** Class names; a label is an index into them. */
  readonly classes: readonly string[];
  /** How many videos there are. */
  readonly length: number;
  /** What the video is called, unique among these. */
  id(clip: number): string;
  label(clip: number): number;
  /** Frames that the video has, at least 1. */
  frameCount(clip: number): number;
  /**
   * Some frames of a video, scaled so that its short side is what training wants.
   *
   * @param indices 0-based, in any order; one may occur several times
   */
  read(clip: number, indices: readonly number[]): Promise<FrameBlock>;
}
