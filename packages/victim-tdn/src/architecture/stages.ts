import type { GraphBuilder, Value } from '@msanet/onnx';
import { convolution, relu } from './convolution.js';
import type { TdnBlock } from './layer.js';
import { scaled } from './scaled.js';
import { twiceExcited } from './segment-differences.js';
import { temporalConvolution } from './temporal-convolution.js';
import type { NetworkWeights } from './network-weights.js';

/** What a stage is built with. */
export interface StageOptions {
  readonly weights: NetworkWeights;
  readonly segments: number;
  /** What the input of the stage is to be multiplied by. Default 1. */
  readonly inputScale?: number;
}

/** The residual blocks of a stage, one after the other. */
export function stage(
  builder: GraphBuilder,
  input: Value,
  blocks: readonly TdnBlock[],
  { inputScale = 1, ...options }: StageOptions,
): Value {
  return blocks.reduce(
    (features, block, index) =>
      residualBlock(builder, features, block, {
        ...options,
        inputScale: index === 0 ? inputScale : 1,
      }),
    input,
  );
}

function residualBlock(
  builder: GraphBuilder,
  input: Value,
  { name, stride, entry, differences, rest, downsample }: TdnBlock,
  { weights, segments, inputScale }: Required<StageOptions>,
): Value {
  const convolutions = [entry, ...rest];
  const strided = convolutions.findIndex(({ shape }) => shape[2] === 3);
  const strideOf = (index: number): number => (index === strided ? stride : 1);
  const first = convolution(builder, input, entry, weights, { stride: strideOf(0), inputScale });
  let branch = relu(builder, first, `${entry.name}.relu`);
  if (differences !== undefined) {
    const excited = twiceExcited(builder, branch, differences, weights, segments);
    const options = { segments, weights, inputScale: 1 / 2 };
    branch = temporalConvolution(builder, excited, differences.temporal, options);
  }
  rest.forEach((layer, index) => {
    branch = convolution(builder, branch, layer, weights, { stride: strideOf(index + 1) });
    if (!layer.endsBranch) branch = relu(builder, branch, `${layer.name}.relu`);
  });
  const shortcut =
    downsample === undefined
      ? scaled(builder, input, inputScale, `${name}.scaled`)
      : convolution(builder, input, downsample, weights, { stride, inputScale });
  const sum = builder.apply('Add', [branch, shortcut], {}, `${name}.sum`);
  return relu(builder, sum, `${name}.relu`);
}
