import { MsanetError } from '@msanet/tensor';
import { hasDifferences, type TdnBackbone } from './backbone.js';

/** Everything that fixes a TDN network but its weights. */
export interface TdnConfig {
  readonly backbone: TdnBackbone;
  /** Groups of five consecutive frames per clip, one from each segment of the video. */
  readonly segments: number;
  readonly classes: number;
  /** Height and width of a frame, in pixels. */
  readonly inputSize: number;
}

/** Consecutive frames of each segment: the middle one is seen in colour, the four differences as motion. */
export const framesPerSegment = 5;

/**
 * Fails unless the numbers of a configuration are in their domains.
 *
 * @throws MsanetError `OPTION_INVALID`
 */
export function checkTdnConfig({ backbone, segments, classes, inputSize }: TdnConfig): void {
  expectAtLeast('segments', segments, 1);
  expectAtLeast('classes', classes, 2);
  expectAtLeast('inputSize', inputSize, smallestInput(backbone));
}

/** The least frame whose features still have a half scale, 2 × 2 pixels, in every block that looks for one. */
function smallestInput({ block, blocks }: TdnBackbone): number {
  const last = blocks.length - 1;
  // The first bottleneck of a stage looks for it before its stride.
  const unstrided = last > 0 && block === 'bottleneck' && blocks[last] === 1;
  const halvings = hasDifferences(last) ? last + (unstrided ? 1 : 2) : last + 2;
  return 2 ** halvings + 1;
}

function expectAtLeast(option: string, value: number, least: number): void {
  if (Number.isInteger(value) && value >= least) return;
  throw new MsanetError({
    code: 'OPTION_INVALID',
    where: `TDN, option ${option}`,
    expected: `an integer from ${least}`,
    got: String(value),
    remedy: `pass another ${option}`,
  });
}
