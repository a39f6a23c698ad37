import { MsanetError, formatShape, type Shape, type Tensor } from '@msanet/tensor';
import type { Dimension, NamedTensors, ValueInfo } from '@msanet/onnx';
import { isFloating } from './ndarray.js';

/**
 * The tensor fed for a graph input, checked against its declaration. Any floating-point type serves where the graph
 * declares one, because all are computed in double precision.
 *
 * @throws MsanetError `SHAPE_MISMATCH`, `DTYPE_MISMATCH`
 */
export function feedOf(feeds: NamedTensors, { name, dtype, shape }: ValueInfo): Tensor {
  const fed = Object.hasOwn(feeds, name) ? feeds[name] : undefined;
  const where = `input ${name}`;
  if (!fed) {
    throw new MsanetError({
      code: 'SHAPE_MISMATCH',
      where,
      expected: `a ${dtype} tensor`,
      got: 'nothing',
      remedy: 'feed every graph input',
    });
  }
  if (fed.dtype !== dtype && !(isFloating(fed.dtype) && isFloating(dtype))) {
    throw new MsanetError({
      code: 'DTYPE_MISMATCH',
      where,
      expected: `a ${dtype} tensor`,
      got: fed.dtype,
      remedy: 'convert the feed',
    });
  }
  if (shape && !fits(fed.shape, shape)) {
    throw new MsanetError({
      code: 'SHAPE_MISMATCH',
      where,
      expected: `shape (${shape.map((length) => length ?? '?').join(', ')})`,
      got: formatShape(fed.shape),
      remedy: 'feed a tensor of the declared shape',
    });
  }
  return fed;
}

/** Whether a shape fits a declaration; symbolic and unknown lengths fit anything. */
function fits(shape: Shape, declared: readonly Dimension[]): boolean {
  return (
    shape.length === declared.length &&
    shape.every((length, axis) => typeof declared[axis] !== 'number' || declared[axis] === length)
  );
}

/**
 * Refuses feeds that the graph has no input for.
 *
 * @throws MsanetError `SHAPE_MISMATCH`
 */
export function refuseUnknownFeeds(feeds: NamedTensors, inputs: readonly ValueInfo[]): void {
  const known = new Set(inputs.map(({ name }) => name));
  const unknown = Object.keys(feeds).find((name) => !known.has(name));
  if (unknown === undefined) return;
  throw new MsanetError({
    code: 'SHAPE_MISMATCH',
    where: `feed ${unknown}`,
    expected: `one of the graph inputs ${[...known].join(', ')}`,
    got: unknown,
    remedy: 'feed only what the graph takes',
  });
}
