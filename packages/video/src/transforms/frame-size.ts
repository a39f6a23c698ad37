/** Height and width of a picture, in pixels. */
export interface FrameSize {
  readonly height: number;
  readonly width: number;
}

/**
 * The size of a picture whose shorter side is scaled to `shortSide`, the longer one in proportion and rounded down, as
 * torchvision's `Resize` (and so the official TSM and TDN code) does.
 */
export function shortSideSize({ height, width }: FrameSize, shortSide: number): FrameSize {
  return height <= width
    ? { height: shortSide, width: Math.floor((shortSide * width) / height) }
    : { height: Math.floor((shortSide * height) / width), width: shortSide };
}
