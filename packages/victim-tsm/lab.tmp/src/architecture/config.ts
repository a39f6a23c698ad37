import { MsanetError } from '@msanet/tensor';
import type { MobileNetV2Backbone } from './mobilenet-v2.js';
import type { ResNetBackbone } from './resnet.js';

/** The image network that TSM shifts features in. */
export type TsmBackbone = ResNetBackbone | MobileNetV2Backbone;

/**
 * Where the shift sits: `blockres` on the input of the first convolution of a residual branch, the published form;
 * `block` on the input of the whole block, shortcut included.
 */
export type ShiftPlacement = 'blockres' | 'block';

/** Everything that fixes a TSM network but its weights. */
export interface TsmConfig {
  readonly backbone: TsmBackbone;
  /** Frames per clip, one from each segment of the video. */
  readonly segments: number;
  /** One part in this many of the channels moves each way; 8 in the paper. */
  readonly shiftDivisor: number;
  readonly shiftPlacement: ShiftPlacement;
  readonly classes: number;
  /** Height and width of a frame, in pixels. */
  readonly inputSize: number;
}

/** The least number of pixels that survives five halvings. */
const smallestInput = 32;

/**
 * Fails unless the numbers of a configuration are in their domains.
 *
 * @throws MsanetError `OPTION_INVALID`
 */
export function checkTsmConfig(config: TsmConfig): void {
  expectAtLeast('segments', config.segments, 1);
  expectAtLeast('shiftDivisor', config.shiftDivisor, 2);
  expectAtLeast('classes', config.classes, 2);
  expectAtLeast('inputSize', config.inputSize, smallestInput);
  if (config.shiftPlacement === 'blockres' || config.backbone.family === 'resnet') return;
  throw new MsanetError({
    code: 'OPTION_INVALID',
    where: 'TSM, option shiftPlacement',
    expected: 'blockres for MobileNetV2',
    got: config.shiftPlacement,
    remedy: 'block placement is defined for ResNets only',
  });
}

function expectAtLeast(option: string, value: number, least: number): void {
  if (Number.isInteger(value) && value >= least) return;
  throw new MsanetError({
    code: 'OPTION_INVALID',
    where: `TSM, option ${option}`,
    expected: `an integer from ${least}`,
    got: String(value),
    remedy: `pass another ${option}`,
  });
}
