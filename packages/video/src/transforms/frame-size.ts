import { MsanetError } from '@msanet/tensor';

/** Height and width of a picture, in pixels. */
export interface FrameSize {
  readonly height: number;
  readonly width: number;
}

/**
 * The size of a picture whose shorter side is scaled to `shortSide`, the longer one in proportion and rounded down, as
 * torchvision's `Resize` (and so the official TSM and TDN code) does.
 *
 * @throws MsanetError `OPTION_INVALID` when `shortSide` is no whole number from 1
 */
export function shortSideSize({ height, width }: FrameSize, shortSide: number): FrameSize {
  if (!Number.isSafeInteger(shortSide) || shortSide < 1) {
    throw new MsanetError({
      code: 'OPTION_INVALID',
      where: 'short side',
      expected: 'a whole number of pixels from 1',
      got: String(shortSide),
      remedy: 'pass another size',
    });
  }
  return height <= width
    ? { height: shortSide, width: Math.floor((shortSide * width) / height) }
    : { height: Math.floor((shortSide * height) / width), width: shortSide };
}
