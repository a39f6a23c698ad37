import { MsanetError } from '@msanet/tensor';
import type { Checkpoint } from '@msanet/checkpoint';
import { z } from 'zod';
import type { TsmConfig } from '../architecture/config.js';
import { customResNet } from '../architecture/resnet.js';

/** The key under which `msanet train` describes the network in the metadata of a checkpoint. */
export const storedNetworkKey = 'msanet.network';

const schema = z.object({
  victim: z.literal('tsm'),
  backbone: z.object({
    family: z.literal('resnet'),
    name: z.string(),
    block: z.enum(['basic', 'bottleneck']),
    blocks: z.array(z.int().min(1)).min(1),
    stem: z.int().min(1),
    widths: z.array(z.int().min(1)).min(1),
  }),
  segments: z.int().min(1),
  shiftDivisor: z.int().min(2),
  shiftPlacement: z.enum(['blockres', 'block']),
  inputSize: z.int().min(1),
  labels: z.array(z.string().min(1)).min(2),
});

/** A network that is described in its checkpoint. */
export interface StoredNetwork {
  readonly config: TsmConfig;
  /** Class names, in the order of the logits. */
  readonly labels: readonly string[];
}

/**
 * The network that the metadata of a checkpoint describes; undefined where they describe none.
 *
 * @param where the checkpoint, for the error
 * @throws MsanetError `CHECKPOINT_MISMATCH` when the description is of another victim or damaged
 */
export function storedNetwork(
  metadata: Checkpoint['metadata'],
  where: string,
): StoredNetwork | undefined {
  const text = metadata.get(storedNetworkKey);
  if (typeof text !== 'string') return undefined;
  const parsed = schema.safeParse(jsonOf(text));
  if (parsed.success && parsed.data.backbone.blocks.length === parsed.data.backbone.widths.length) {
    const { labels, backbone, segments, shiftDivisor, shiftPlacement, inputSize } = parsed.data;
    const { name, block, blocks, stem, widths } = backbone;
    return {
      labels,
      config: {
        backbone: customResNet({ name, block, blocks, stem, widths }),
        segments,
        shiftDivisor,
        shiftPlacement,
        inputSize,
        classes: labels.length,
      },
    };
  }
  throw new MsanetError({
    code: 'CHECKPOINT_MISMATCH',
    where: `${where}, metadata ${storedNetworkKey}`,
    expected: 'the description of a TSM network',
    got: parsed.error?.issues[0].message ?? 'other numbers of blocks and widths',
    remedy: 'choose the victim that was trained',
  });
}

/**
 * Fails unless a description names as many classes as the checkpoint's classifier has.
 *
 * @throws MsanetError `CHECKPOINT_MISMATCH`
 */
export function expectClasses({ labels }: StoredNetwork, classes: number, where: string): void {
  if (labels.length === classes) return;
  throw new MsanetError({
    code: 'CHECKPOINT_MISMATCH',
    where: `${where}, metadata ${storedNetworkKey}`,
    expected: `the names of ${classes} classes, as the classifier has`,
    got: String(labels.length),
    remedy: 'check that the file is complete',
  });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
