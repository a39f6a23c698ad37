import { normalizeAxis } from '@msanet/tensor';
import { int, slicesOf, string, type Value } from '@msanet/onnx';
import { isFloating } from '../constants.js';
import { undefinedGradient } from '../vjp-context.js';
import { vjpRule } from '../vjp-rule.js';
import { insertZeros } from './lattice.js';

/** Operators that pass elements through unchanged: Identity. */
export const identity = vjpRule(({ cotangent: g }) => [() => g]);

/** Operators that keep the order of the elements: Reshape, Flatten, Squeeze, Unsqueeze. */
export const reshape = vjpRule(({ emit, cotangent: g, inputs: [x] }) => [
  () => emit.reshape(g, x.shape),
]);

/** Cast and CastLike between floating-point types: the cotangent is cast back. */
export const cast = vjpRule(({ emit, cotangent: g, inputs: [x] }) => [
  isFloating(x.dtype) ? () => emit.cast(g, x.dtype) : undefined,
]);

/** Dropout at inference passes everything through. */
export const dropout = vjpRule((context) => {
  const training = context.inputs[2] as Value | undefined;
  if (training !== undefined && training.constant?.data[0] !== 0) {
    throw undefinedGradient(context, 'Dropout at inference', 'training_mode 1');
  }
  return [() => context.cotangent];
});

/** Transpose by the inverse permutation. */
export const transpose = vjpRule((context) => {
  const { emit, cotangent: g, inputs } = context;
  const reversed = inputs[0].shape.map((_, axis) => axis).reverse();
  const permutation = context.operator.attribute('perm', 'ints', reversed);
  const inverse = permutation.map((_, axis) => permutation.indexOf(axis));
  return [() => emit.transpose(g, inverse)];
});

/** Every operand gets its part of the cotangent. */
export const concat = vjpRule((context) => {
  const { emit, cotangent: g, inputs, wanted } = context;
  const axis = normalizeAxis(context.operator.attribute('axis', 'int', 0), g.shape.length);
  const lengths = inputs.map(({ shape }) => shape[axis]);
  const start = (index: number): number => lengths.slice(0, index).reduce((a, b) => a + b, 0);
  let parts: Value[] | undefined;
  return inputs.map((_, index) => () => {
    if (wanted.every((want, other) => !want || other === index)) {
      return emit.slice(g, axis, start(index), start(index) + lengths[index]);
    }
    parts ??= emit.split(g, axis, lengths);
    return parts[index];
  });
});

/** The cotangents of the parts, joined; zeros for a part that nothing uses. */
export const split = vjpRule(
  (context) => {
    const { emit, cotangents, inputs, outputs } = context;
    const axis = normalizeAxis(
      context.operator.attribute('axis', 'int', 0),
      inputs[0].shape.length,
    );
    return [
      () => {
        const parts = outputs.map(
          ({ dtype, shape }, index) => cotangents[index] ?? emit.full(dtype, shape),
        );
        return emit.concat(parts, axis);
      },
    ];
  },
  { differentiableOutputs: Infinity },
);

/** The cotangent goes back to where the elements were taken, zeros between; a negative step reverses it first. */
export const slice = vjpRule((context) => {
  const { emit, cotangent: g, inputs } = context;
  const { shape } = inputs[0];
  return [
    () => {
      const slices = slicesOf(context.operator, shape);
      const reversed = slices.flatMap(({ step }, axis) => (step < 0 ? [axis] : []));
      // The first element taken, counted from the front, and how many the lattice of the step covers from there on.
      const first = slices.map(({ start, step, length }) =>
        step > 0 ? start : start + step * (length - 1),
      );
      const extent = slices.map(({ step, length }, axis) =>
        Math.min(Math.abs(step) * length, shape[axis] - first[axis]),
      );
      const sparse = slices.flatMap(({ step }, axis) => {
        const places = { stride: Math.abs(step), before: 0, input: extent[axis] };
        return places.stride > 1 ? [[axis, places] as const] : [];
      });
      const spread = insertZeros(emit, emit.flip(g, reversed), new Map(sparse));
      const after = shape.map((length, axis) => length - first[axis] - extent[axis]);
      return emit.pad(spread, first, after);
    },
  ];
});

/** Expand: sums over the repeated axes, which the engine does for every operand that broadcasts. */
export const expand = vjpRule(({ cotangent: g }) => [() => g], { broadcasts: true });

/** Tile: sums over the copies. */
export const tile = vjpRule((context) => {
  const { emit, cotangent: g, inputs } = context;
  const { shape } = inputs[0];
  return [
    () => {
      const repeats = g.shape.map((length, axis) => length / shape[axis]);
      const copies: number[] = [];
      const axes: number[] = [];
      shape.forEach((length, axis) => {
        if (repeats[axis] !== 1) {
          axes.push(copies.length);
          copies.push(repeats[axis]);
        }
        copies.push(length);
      });
      return emit.sum(emit.reshape(g, copies), axes, false);
    },
  ];
});

/** DepthToSpace: the same blocks, back into channels. */
export const depthToSpace = vjpRule((context) => {
  const { emit, cotangent: g, inputs } = context;
  const [batch, channels, height, width] = inputs[0].shape;
  const block = context.operator.attribute('blocksize', 'int', 1);
  const kept = channels / (block * block);
  const blocks = emit.reshape(g, [batch, kept, height, block, width, block]);
  const columnFirst = context.operator.attribute('mode', 'string', 'DCR') === 'CRD';
  const order = columnFirst ? [0, 1, 3, 5, 2, 4] : [0, 3, 5, 1, 2, 4];
  return [() => emit.reshape(emit.transpose(blocks, order), inputs[0].shape)];
});

/** SpaceToDepth is undone by DepthToSpace. */
export const spaceToDepth = vjpRule((context) => [
  () =>
    context.emit.node('DepthToSpace', [context.cotangent], {
      blocksize: int(context.operator.attribute('blocksize', 'int', 1)),
      mode: string('DCR'),
    }),
]);

/** The cotangent of the kept triangle. */
export const trilu = vjpRule((context) => [
  () =>
    context.emit.node('Trilu', [context.cotangent, context.inputs[1]], {
      upper: int(context.operator.attribute('upper', 'int', 1)),
    }),
]);

/** CumSum: a cumulative sum from the other end. */
export const cumulativeSum = vjpRule((context) => [
  () =>
    context.emit.node('CumSum', [context.cotangent, context.inputs[1]], {
      exclusive: int(context.operator.attribute('exclusive', 'int', 0)),
      reverse: int(1 - context.operator.attribute('reverse', 'int', 0)),
    }),
]);
