import { MsanetError, formatShape, sameShape, type Shape, type Tensor } from '@msanet/tensor';

/** Where a checkpoint differs from the tensors that a network needs. */
export interface CheckpointDifference {
  readonly missing: readonly string[];
  readonly unexpected: readonly string[];
  /** Tensors of the right name and the wrong shape or element type. */
  readonly unfit: readonly {
    readonly key: string;
    readonly expected: string;
    readonly got: string;
  }[];
}

const floatingTypes: ReadonlySet<string> = new Set(['float16', 'bfloat16', 'float32', 'float64']);
/** Counters of PyTorch's batch normalisation, which do not take part in inference. */
const counter = /(^|\.)num_batches_tracked$/;
const namesShown = 5;

/**
 * Compares the tensors of a checkpoint with the keys and shapes that a network needs. PyTorch's `num_batches_tracked`
 * counters are neither needed nor unexpected.
 */
export function compareCheckpoint(
  tensors: ReadonlyMap<string, Tensor>,
  expected: ReadonlyMap<string, Shape>,
): CheckpointDifference {
  const missing = [...expected.keys()].filter((key) => !tensors.has(key));
  const unexpected = [...tensors.keys()].filter((key) => !expected.has(key) && !counter.test(key));
  const unfit = [...expected].flatMap(([key, shape]) => {
    const found = tensors.get(key);
    if (found === undefined) return [];
    if (sameShape(found.shape, shape) && floatingTypes.has(found.dtype)) return [];
    return [
      {
        key,
        expected: `shape ${formatShape(shape)}`,
        got: `shape ${formatShape(found.shape)} of ${found.dtype}`,
      },
    ];
  });
  return { missing, unexpected, unfit };
}

/** Number of keys that differ; 0 for a checkpoint that fits. */
export function differenceSize({ missing, unexpected, unfit }: CheckpointDifference): number {
  return missing.length + unexpected.length + unfit.length;
}

/**
 * Fails unless the checkpoint fits.
 *
 * @param where the checkpoint, for the error
 * @param network what the checkpoint was compared with, such as `TSM ResNet-50`
 * @throws MsanetError `CHECKPOINT_MISMATCH`, naming missing and unexpected keys, or the tensor of the wrong shape
 */
export function expectNoDifference(
  difference: CheckpointDifference,
  where: string,
  network: string,
): void {
  if (differenceSize(difference) === 0) return;
  const { missing, unexpected, unfit } = difference;
  const remedy = 'check that the file is of this network and complete';
  if (missing.length === 0 && unexpected.length === 0) {
    const [{ key, expected, got }] = unfit;
    const others = unfit.length > 1 ? ` (and ${unfit.length - 1} more tensors that differ)` : '';
    throw new MsanetError({
      code: 'CHECKPOINT_MISMATCH',
      where: `${where}, ${key}`,
      expected: `${expected} for ${network}`,
      got: `${got}${others}`,
      remedy,
    });
  }
  const parts = [
    ...(missing.length > 0 ? [`missing ${shorten(missing)}`] : []),
    ...(unexpected.length > 0 ? [`unexpected ${shorten(unexpected)}`] : []),
  ];
  throw new MsanetError({
    code: 'CHECKPOINT_MISMATCH',
    where,
    expected: `the tensors of ${network}`,
    got: parts.join(' and '),
    remedy,
  });
}

function shorten(keys: readonly string[]): string {
  const shown = keys.slice(0, namesShown).join(', ');
  return keys.length > namesShown
    ? `${keys.length} keys: ${shown} and ${keys.length - namesShown} more`
    : shown;
}
