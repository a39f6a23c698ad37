import { MsanetError, formatShape, type Shape, type Tensor } from '@msanet/tensor';
import type { Dimension, NamedTensors, ValueInfo } from '@msanet/onnx';

/**
 * The tensors that are fed, one per graph input and in that order, checked against their declarations.
 *
 * @throws MsanetError `SHAPE_MISMATCH` for a missing or unknown feed or a wrong shape, `DTYPE_MISMATCH`
 */
export function checkedFeeds(feeds: NamedTensors, inputs: readonly ValueInfo[]): Tensor[] {
  refuseUnknown(feeds, inputs);
  return inputs.map((input) => checkedFeed(feeds, input));
}

function checkedFeed(feeds: NamedTensors, { name, dtype, shape }: ValueInfo): Tensor {
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
  if (fed.dtype !== dtype) {
    throw new MsanetError({
      code: 'DTYPE_MISMATCH',
      where,
      expected: `a ${dtype} tensor`,
      got: fed.dtype,
      remedy: `convert the feed to ${dtype}`,
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

function refuseUnknown(feeds: NamedTensors, inputs: readonly ValueInfo[]): void {
  const unknown = Object.keys(feeds).find((fed) => !inputs.some(({ name }) => name === fed));
  if (unknown === undefined) return;
  throw new MsanetError({
    code: 'SHAPE_MISMATCH',
    where: `feed ${unknown}`,
    expected: `one of the graph inputs ${inputs.map(({ name }) => name).join(', ')}`,
    got: unknown,
    remedy: 'feed only what the graph takes',
  });
}
