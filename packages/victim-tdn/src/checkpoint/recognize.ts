import type { Tensor } from '@msanet/tensor';
import {
  compareCheckpoint,
  differenceSize,
  expectNoDifference,
  type CheckpointDifference,
} from '@msanet/victim-onnx';
import { tdnBackbone, type TdnBackbone } from '../architecture/backbone.js';
import type { TdnConfig } from '../architecture/config.js';
import { classifierKeys, expectedTensors, networkPrefix, type Naming } from './expected-tensors.js';
import { backboneOf } from './backbone-of.js';

/** What the tensors of a checkpoint say about the network. */
export type RecognizedTdn = Pick<TdnConfig, 'backbone' | 'classes'>;

/** A network, how its tensors are named in a checkpoint, and which tensors there take no part in it. */
export interface Recognition {
  readonly network: RecognizedTdn;
  readonly naming: Naming;
  /** Keys of tensors that the published code stores and never uses. */
  readonly unused: readonly string[];
}

interface Candidate {
  readonly network: RecognizedTdn;
  readonly naming: Naming;
  readonly difference: CheckpointDifference;
}

/** The convolution that the kernels of the second stem were once made from. */
const unusedTensors: ReadonlySet<string> = new Set([
  `${networkPrefix}conv1_temp.weight`,
  `${networkPrefix}conv1_temp.bias`,
]);

/**
 * Recognises the network that a checkpoint is of by its keys: a published one, or one whose stages, blocks and channels
 * are other than theirs. It must then fit to the last tensor.
 *
 * @param where the checkpoint, for the error
 * @throws MsanetError `CHECKPOINT_MISMATCH`, naming what is missing, unexpected or of the wrong shape
 */
export function recognizeTdn(tensors: ReadonlyMap<string, Tensor>, where: string): Recognition {
  const keys = [...tensors.keys()];
  const wrapper = keys.some((key) => key.startsWith('module.')) ? 'module.' : '';
  const unused = keys.filter(
    (key) => key.startsWith(wrapper) && unusedTensors.has(key.slice(wrapper.length)),
  );
  const used = new Map([...tensors].filter(([key]) => !unused.includes(key)));
  const candidates = backbonesFor(used, wrapper + networkPrefix).flatMap((backbone) =>
    classifierKeys.map((classifier) => compareWith(used, backbone, { wrapper, classifier })),
  );
  const best = candidates.reduce((least, candidate) =>
    differenceSize(candidate.difference) < differenceSize(least.difference) ? candidate : least,
  );
  expectNoDifference(best.difference, where, `TDN ${best.network.backbone.name}`);
  return { network: best.network, naming: best.naming, unused };
}

/**
 * The networks that the tensors may be of. Published widths come with published depths only, so that a checkpoint which
 * lost its last blocks is not taken for a shallower network.
 */
function backbonesFor(tensors: ReadonlyMap<string, Tensor>, prefix: string): TdnBackbone[] {
  const published = [tdnBackbone(50), tdnBackbone(101)];
  const found = backboneOf(tensors, prefix);
  if (found === undefined) return published;
  const { block, widths } = published[0];
  return found.block === block && found.widths.join() === widths.join() ? published : [found];
}

function compareWith(
  tensors: ReadonlyMap<string, Tensor>,
  backbone: TdnBackbone,
  naming: Naming,
): Candidate {
  const classifier = tensors.get(`${naming.wrapper}${naming.classifier}.weight`);
  const network = { backbone, classes: classifier?.shape[0] ?? 0 };
  return {
    network,
    naming,
    difference: compareCheckpoint(tensors, expectedTensors(network, naming)),
  };
}
