import { MsanetError } from '@msanet/core';
import type { Architecture, TrainableNetwork } from '@msanet/training';
import {
  buildTdn,
  customTdnBackbone,
  framesPerSegment,
  officialTdnCheckpoint,
  randomTdnWeights,
  segmentGroupSampling,
  type TdnConfig,
} from '@msanet/victim-tdn';
import {
  buildTsm,
  customResNet,
  officialCheckpoint,
  randomTsmWeights,
  type TsmConfig,
} from '@msanet/victim-tsm';
import { segmentSampling } from '@msanet/victim-onnx';

/** The victims that can be trained, by id. */
export const trainableVictims = { tsm: trainableTsm, tdn: trainableTdn };

/** The key of a checkpoint's metadata under which the network's own numbers stand, as JSON. */
const metadataKey = 'msanet.network';

/** A network of that victim for those classes. `OPTION_INVALID` when the victim cannot be trained. */
export function trainableVictim(
  victim: string,
  architecture: Architecture,
  classes: readonly string[],
): TrainableNetwork {
  if (Object.hasOwn(trainableVictims, victim)) {
    return trainableVictims[victim as keyof typeof trainableVictims](architecture, classes);
  }
  throw new MsanetError({
    code: 'OPTION_INVALID',
    where: '--victim',
    expected: Object.keys(trainableVictims).join(' or '),
    got: victim,
    remedy: 'choose one of the victims that can be trained',
  });
}

function trainableTsm(architecture: Architecture, classes: readonly string[]): TrainableNetwork {
  const { block, blocks, stem, widths, segments, inputSize, shiftDivisor } = architecture;
  const config: TsmConfig = {
    backbone: customResNet({ name: nameOf(architecture), block, blocks, stem, widths }),
    segments,
    shiftDivisor,
    shiftPlacement: 'blockres',
    classes: classes.length,
    inputSize,
  };
  const sampling = segmentSampling(segments);
  return {
    name: `TSM ${config.backbone.name}`,
    clip: { segments, framesPerSegment: 1 },
    size: inputSize,
    classes: classes.length,
    testFrames: (frameCount) => sampling.indices(frameCount),
    initialWeights: (random) => randomTsmWeights(config, random),
    graph: (weights, batch) => buildTsm(config, weights, batch, 'whole'),
    checkpoint: (weights) => officialCheckpoint(config, weights),
    metadata: metadataOf({ victim: 'tsm', ...config, labels: classes }),
  };
}

function trainableTdn(architecture: Architecture, classes: readonly string[]): TrainableNetwork {
  const { block, blocks, stem, widths, segments, inputSize } = architecture;
  const config: TdnConfig = {
    backbone: customTdnBackbone({ name: nameOf(architecture), block, blocks, stem, widths }),
    segments,
    classes: classes.length,
    inputSize,
  };
  const sampling = segmentGroupSampling(segments);
  return {
    name: `TDN ${config.backbone.name}`,
    clip: { segments, framesPerSegment },
    size: inputSize,
    classes: classes.length,
    testFrames: (frameCount) => sampling.indices(frameCount),
    initialWeights: (random) => randomTdnWeights(config, random),
    graph: (weights, batch) => buildTdn(config, weights, { batch, trainable: true }),
    checkpoint: (weights) => officialTdnCheckpoint(config, weights),
    metadata: metadataOf({ victim: 'tdn', ...config, labels: classes }),
  };
}

function nameOf({ block, blocks, stem }: Architecture): string {
  return `ResNet of ${blocks.join(' + ')} ${block} blocks, from ${stem} channels`;
}

function metadataOf(network: Record<string, unknown>): Map<string, string> {
  return new Map([[metadataKey, JSON.stringify(network)]]);
}
