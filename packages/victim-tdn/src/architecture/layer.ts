import type { Shape } from '@msanet/tensor';
import { differenceReduction, expansionOf, hasDifferences, type TdnBackbone } from './backbone.js';
import type { TdnConfig } from './config.js';

/** One layer with weights. Its name, and that of its normalisation, are those of the published code. */
export interface TdnLayer {
  /** Unique in the network; its weights are `<name>.weight` and, with a normalisation, `<name>.bias`. */
  readonly name: string;
  /** Shape of the weight, output channels first. */
  readonly shape: Shape;
  /** The batch normalisation that follows; undefined where there is none, and then no bias either. */
  readonly normalization: string | undefined;
  /** Whether the published convolution has a bias of its own, in front of the normalisation. */
  readonly biased: boolean;
  /** Whether it is the last one of a residual branch. */
  readonly endsBranch: boolean;
}

/** A residual block. */
export interface TdnBlock {
  readonly name: string;
  readonly stride: number;
  /** The first convolution of the branch, after which the differences between segments are looked at. */
  readonly entry: TdnLayer;
  readonly differences: DifferenceLayers | undefined;
  /** The other convolutions of the branch. */
  readonly rest: readonly TdnLayer[];
  /** The projection of the shortcut; undefined where it is the identity. */
  readonly downsample: TdnLayer | undefined;
}

/** The layers of a block that see several segments. */
export interface DifferenceLayers {
  readonly squeeze: TdnLayer;
  /** Smooths each channel of the neighbour. */
  readonly smooth: TdnLayer;
  readonly halfScale: TdnLayer;
  readonly fullScale: TdnLayer;
  readonly expand: TdnLayer;
  /** The convolution along time, one kernel of three per channel. */
  readonly temporal: TdnLayer;
}

/** All layers of a network by their role. */
export interface TdnLayers {
  readonly stem: TdnLayer;
  readonly differenceStem: TdnLayer;
  /** The second first stage, which sees the differences of frames. */
  readonly differenceStage: readonly TdnBlock[];
  readonly stages: readonly (readonly TdnBlock[])[];
}

/** The differences of five frames that the second stem sees, three colours each. */
export const differenceChannels = 12;

/** The layers of a network, by role. */
export function tdnLayers(backbone: TdnBackbone): TdnLayers {
  const { blocks, stem } = backbone;
  return {
    stem: layer('conv1', [stem, 3, 7, 7], 'bn1'),
    differenceStem: layer('conv1_5.0', [stem, differenceChannels, 7, 7], 'conv1_5.1', {
      biased: false,
    }),
    differenceStage: stageBlocks(backbone, 0, 'resnext_layer1'),
    stages: blocks.map((_, stage) => stageBlocks(backbone, stage, `layer${stage + 1}_bak`)),
  };
}

/** All layers of a network. */
export function listTdnLayers(backbone: TdnBackbone): TdnLayer[] {
  const { stem, differenceStem, differenceStage, stages } = tdnLayers(backbone);
  const blocks = [...differenceStage, ...stages.flat()];
  return [
    stem,
    differenceStem,
    ...blocks.flatMap(({ entry, differences, rest, downsample }) => [
      entry,
      ...(differences === undefined ? [] : Object.values<TdnLayer>({ ...differences })),
      ...rest,
      ...(downsample === undefined ? [] : [downsample]),
    ]),
  ];
}

/** Shape of the classifier's weight: (classes, features). */
export function classifierShape({
  backbone,
  classes,
}: Pick<TdnConfig, 'backbone' | 'classes'>): Shape {
  return [classes, backbone.features];
}

function stageBlocks(backbone: TdnBackbone, stage: number, module: string): TdnBlock[] {
  const { block, blocks, stem, widths } = backbone;
  const expansion = expansionOf(block);
  const width = widths[stage];
  const output = width * expansion;
  return Array.from({ length: blocks[stage] }, (_, index) => {
    const name = `${module}.${index}`;
    const before = stage === 0 ? stem : widths[stage - 1] * expansion;
    const input = index === 0 ? before : output;
    const stride = stage > 0 && index === 0 ? 2 : 1;
    const part = (position: number, shape: Shape, endsBranch = false): TdnLayer =>
      layer(`${name}.conv${position}`, shape, `${name}.bn${position}`, { endsBranch });
    const projected = stride !== 1 || input !== output;
    return {
      name,
      stride,
      entry: part(1, block === 'basic' ? [width, input, 3, 3] : [width, input, 1, 1]),
      differences: hasDifferences(stage) ? differenceLayers(name, width) : undefined,
      rest:
        block === 'basic'
          ? [part(2, [output, width, 3, 3], true)]
          : [part(2, [width, width, 3, 3]), part(3, [output, width, 1, 1], true)],
      downsample: projected
        ? layer(`${name}.downsample.0`, [output, input, 1, 1], `${name}.downsample.1`)
        : undefined,
    };
  });
}

function differenceLayers(block: string, width: number): DifferenceLayers {
  const few = width / differenceReduction;
  const part = (name: string, normalization: string | undefined, shape: Shape): TdnLayer =>
    layer(
      `${block}.mse.${name}`,
      shape,
      normalization === undefined ? undefined : `${block}.mse.${normalization}`,
      { biased: false },
    );
  return {
    squeeze: part('conv1', 'bn1', [few, width, 1, 1]),
    smooth: part('conv2', undefined, [few, 1, 3, 3]),
    // The name says a quarter, the code leaves the scale as it is.
    halfScale: part('conv3_smallscale2', 'bn3_smallscale2', [few, few, 3, 3]),
    fullScale: part('conv3_smallscale4', 'bn3_smallscale4', [few, few, 3, 3]),
    expand: part('conv3', 'bn3', [width, few, 1, 1]),
    temporal: layer(`${block}.shift.conv`, [width, 1, 3], undefined, { biased: false }),
  };
}

function layer(
  name: string,
  shape: Shape,
  normalization: string | undefined,
  { biased = true, endsBranch = false } = {},
): TdnLayer {
  return { name, shape, normalization, biased, endsBranch };
}
