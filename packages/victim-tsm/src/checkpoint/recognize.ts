import type { Tensor } from '@msanet/tensor';
import {
  compareCheckpoint,
  differenceSize,
  expectNoDifference,
  type CheckpointDifference,
} from '@msanet/victim-onnx';
import type { ShiftPlacement, TsmBackbone, TsmConfig } from '../architecture/config.js';
import { mobilenetV2Backbone } from '../architecture/mobilenet-v2.js';
import { resnetBackbone } from '../architecture/resnet.js';
import { expectedTensors, type Naming } from './expected-tensors.js';
import { mmactionKeys } from './mmaction.js';
import { officialKeys } from './official.js';

/** What the tensors of a checkpoint say about the network. */
export type RecognizedTsm = Pick<TsmConfig, 'backbone' | 'shiftPlacement' | 'classes'>;

interface Candidate {
  readonly network: RecognizedTsm;
  readonly naming: Naming;
  readonly difference: CheckpointDifference;
}

const backbones: readonly TsmBackbone[] = [
  resnetBackbone(50),
  resnetBackbone(18),
  resnetBackbone(34),
  resnetBackbone(101),
  mobilenetV2Backbone(),
];
const placements: readonly ShiftPlacement[] = ['blockres', 'block'];

/**
 * Recognises the network that a checkpoint is of by its keys: of all networks and ways to name their tensors, the one
 * that differs least. It must then fit to the last tensor.
 *
 * @param where the checkpoint, for the error
 * @throws MsanetError `CHECKPOINT_MISMATCH`, naming what is missing, unexpected or of the wrong shape
 */
export function recognizeTsm(
  tensors: ReadonlyMap<string, Tensor>,
  where: string,
): { readonly network: RecognizedTsm; readonly naming: Naming } {
  const keys = [...tensors.keys()];
  const wrapper = keys.some((key) => key.startsWith('module.')) ? 'module.' : '';
  const isMmaction = keys.some((key) => key.startsWith(wrapper + mmactionKeys.prefix));
  const style = isMmaction ? mmactionKeys : officialKeys;
  const candidates = backbones.flatMap((backbone) =>
    placements.flatMap((shiftPlacement) =>
      style
        .classifierKeys(backbone)
        .map((classifier) =>
          compareWith(tensors, { backbone, shiftPlacement }, { style, wrapper, classifier }),
        ),
    ),
  );
  const best = candidates.reduce((least, candidate) =>
    differenceSize(candidate.difference) < differenceSize(least.difference) ? candidate : least,
  );
  const { backbone, shiftPlacement } = best.network;
  const description = `TSM ${backbone.name}, ${shiftPlacement} shift, ${style.id} names`;
  expectNoDifference(best.difference, where, description);
  return best;
}

/**
 * Fails unless a checkpoint with the authors' names is of that network, to the last tensor.
 *
 * @param where the checkpoint, for the error
 * @throws MsanetError `CHECKPOINT_MISMATCH`
 */
export function matchTsm(
  tensors: ReadonlyMap<string, Tensor>,
  network: RecognizedTsm,
  where: string,
): { readonly network: RecognizedTsm; readonly naming: Naming } {
  const [classifier] = officialKeys.classifierKeys(network.backbone);
  const found = compareWith(tensors, network, { style: officialKeys, wrapper: '', classifier });
  expectNoDifference(found.difference, where, `TSM ${network.backbone.name}`);
  return found;
}

function compareWith(
  tensors: ReadonlyMap<string, Tensor>,
  { backbone, shiftPlacement }: Pick<TsmConfig, 'backbone' | 'shiftPlacement'>,
  naming: Naming,
): Candidate {
  const classifier = tensors.get(`${naming.wrapper}${naming.classifier}.weight`);
  const network = { backbone, shiftPlacement, classes: classifier?.shape[0] ?? 0 };
  // Neither of these takes part in any shape.
  const config = { ...network, segments: 8, shiftDivisor: 8, inputSize: 224 };
  const difference = compareCheckpoint(tensors, expectedTensors(config, naming));
  return { network, naming, difference };
}
