import { z } from 'zod';
import type { Random } from '@msanet/tensor';
import type { FrameBlock } from './training-clips.js';

/** The random changes that a clip goes through before a training step sees it. The same for all frames of the clip. */
export const augmentationSchema = z.strictObject({
  /** Side of the crop as a fraction of the frame's short side: from, to. */
  scale: z.tuple([z.number().min(0.1).max(1), z.number().min(0.1).max(1)]).default([0.75, 1]),
  /** Largest factor by which the crop is wider than high, or higher than wide. */
  aspect: z.number().min(1).max(2).default(1.1),
  /** Largest change of the brightness, in [0, 1] of the range of values. */
  brightness: z.number().min(0).max(1).default(0.15),
  /** Largest change of the contrast, as a fraction. */
  contrast: z.number().min(0).max(0.95).default(0.25),
  /** Largest change of each colour's factor, as a fraction. */
  color: z.number().min(0).max(0.95).default(0.15),
  /** Standard deviation of the noise on every value, at most; in [0, 1] of the range. */
  noise: z.number().min(0).max(0.5).default(0.02),
  /** Probability that a random rectangle is painted over. */
  erase: z.number().min(0).max(1).default(0.25),
  /** Largest side of that rectangle, as a fraction of the frame. */
  eraseSide: z.number().min(0).max(1).default(0.35),
  /** Probability of a mirror image, left for right. */
  flip: z.number().min(0).max(1).default(0),
  /** Classes that a mirror image turns into another: pairs of names. A class that is not named stays what it is. */
  flipExchanges: z.array(z.tuple([z.string().min(1), z.string().min(1)])).default([]),
  /** Probability that a clip is played backwards; only clips of classes in `reverseExchanges` are. */
  reverse: z.number().min(0).max(1).default(0),
  /** Classes that time turned round makes of each other: pairs of names. A pair of the same name stays what it is. */
  reverseExchanges: z.array(z.tuple([z.string().min(1), z.string().min(1)])).default([]),
});

/** See `augmentationSchema`. */
export type Augmentation = z.infer<typeof augmentationSchema>;

/** One clip's own draw of the random changes. */
export interface View {
  /** Crop in source pixels, may be fractional. */
  readonly top: number;
  readonly left: number;
  readonly height: number;
  readonly width: number;
  readonly mirrored: boolean;
  /** Value v in [0, 1] becomes factor · v + offset, per colour. */
  readonly factors: readonly number[];
  readonly offsets: readonly number[];
  /** Deviation of the noise. */
  readonly noise: number;
  /** Seed of the noise. */
  readonly noiseSeed: number;
  readonly erased: ErasedRectangle | undefined;
}

/** A rectangle of the result that is painted over with one colour. */
export interface ErasedRectangle {
  readonly top: number;
  readonly left: number;
  readonly height: number;
  readonly width: number;
  readonly color: readonly number[];
}

/** Draws the changes for one clip of that size that is to become size × size. */
export function randomView(
  { height, width }: Pick<FrameBlock, 'height' | 'width'>,
  size: number,
  options: Augmentation,
  random: Random,
): View {
  const [low, high] = options.scale;
  const side = Math.min(height, width) * random.uniform(low, high);
  const stretch = Math.exp(random.uniform(-1, 1) * Math.log(options.aspect) * 0.5);
  const cropHeight = Math.min(height, side / stretch);
  const cropWidth = Math.min(width, side * stretch);
  const top = random.uniform(0, height - cropHeight);
  const left = random.uniform(0, width - cropWidth);
  const mirrored = random.uniform() < options.flip;
  const contrast = 1 + random.uniform(-options.contrast, options.contrast);
  const brightness = random.uniform(-options.brightness, options.brightness);
  const factors = [0, 1, 2].map(
    () => contrast * (1 + random.uniform(-options.color, options.color)),
  );
  const noise = random.uniform(0, options.noise);
  const noiseSeed = random.uint32();
  const erases = random.uniform() < options.erase;
  return {
    top,
    left,
    height: cropHeight,
    width: cropWidth,
    mirrored,
    factors,
    // The contrast turns about the middle of the range.
    offsets: factors.map((factor) => 0.5 * (1 - factor) + brightness),
    noise,
    noiseSeed,
    erased: erases ? randomRectangle(size, options.eraseSide, random) : undefined,
  };
}

function randomRectangle(size: number, side: number, random: Random): ErasedRectangle {
  const length = (): number => 1 + Math.floor(random.uniform(0.2, 1) * side * (size - 1));
  const [height, width] = [length(), length()];
  return {
    height,
    width,
    top: random.integer(size - height + 1),
    left: random.integer(size - width + 1),
    color: [random.uniform(), random.uniform(), random.uniform()],
  };
}

/** The centre of the frames, unchanged: what the victim sees at test time. */
export function centreView(
  { height, width }: Pick<FrameBlock, 'height' | 'width'>,
  size: number,
): View {
  const half = (rest: number): number => {
    const floor = Math.floor(rest / 2);
    return rest % 2 === 1 && floor % 2 === 1 ? floor + 1 : floor;
  };
  return {
    top: half(height - size),
    left: half(width - size),
    height: size,
    width: size,
    mirrored: false,
    factors: [1, 1, 1],
    offsets: [0, 0, 0],
    noise: 0,
    noiseSeed: 0,
    erased: undefined,
  };
}
