import { sizeOf, stridesOf, type Shape } from '@msanet/tensor';
import { int, string, type Value } from '@msanet/onnx';
import { numbersOf } from '../constants.js';
import type { Emitter } from '../emitter.js';
import { undefinedGradient, type VjpContext } from '../vjp-context.js';
import { vjpRule } from '../vjp-rule.js';
import { applyTransposed, multiplyAlong, selection } from './linear-map.js';

/**
 * Gather picks slices along an axis, so the cotangent is added back to the slices it came from: a product with the 0/1
 * matrix of the picks, or plain padding where the picks are consecutive.
 */
export const gather = vjpRule(({ emit, operator, cotangent: g, inputs }) => {
  const [data, indices] = inputs;
  const axis = operator.axis(operator.attribute('axis', 'int', 0), data.shape.length);
  const length = data.shape[axis];
  const count = sizeOf(indices.shape);
  return [
    () => {
      const flat = emit.reshape(g, data.shape.with(axis, count));
      if (indices.constant === undefined) {
        return multiplyAlong(emit, oneHotColumns(emit, indices, length, g), flat, axis);
      }
      const picked = numbersOf(indices.constant).map((index) =>
        index < 0 ? index + length : index,
      );
      if (picked.every((index, position) => index === picked[0] + position)) {
        return emit.padAxis(flat, axis, picked[0], length - picked[0] - count);
      }
      return applyTransposed(emit, flat, axis, selection(picked, length));
    },
  ];
});

/** GatherElements: every picked element gets its cotangent, added up where it was picked several times. */
export const gatherElements = vjpRule(({ emit, operator, cotangent: g, inputs }) => {
  const [data, indices] = inputs;
  const axis = operator.axis(operator.attribute('axis', 'int', 0), data.shape.length);
  return [() => scatterAddElements(emit, data.shape, indices, g, axis)];
});

/** GatherND: likewise, for whole slices. */
export const gatherNd = vjpRule(({ emit, operator, cotangent: g, inputs }) => {
  const [data, indices] = inputs;
  const batch = operator.attribute('batch_dims', 'int', 0);
  return [() => scatterAddSlices(emit, data.shape, withBatch(emit, indices, batch), g)];
});

/** ScatterElements: what was overwritten has no influence; what was written or added is read at its place. */
export const scatterElements = vjpRule((context) => {
  const { emit, operator, cotangent: g, inputs } = context;
  const [, indices, updates] = inputs;
  const axis = int(operator.attribute('axis', 'int', 0));
  const adds = addsUpdates(context);
  return [
    () =>
      adds
        ? g
        : emit.node('ScatterElements', [g, indices, emit.full(g.dtype, updates.shape)], { axis }),
    undefined,
    () => emit.node('GatherElements', [g, indices], { axis }),
  ];
});

/** ScatterND: as ScatterElements, for whole slices. */
export const scatterNd = vjpRule((context) => {
  const { emit, cotangent: g, inputs } = context;
  const [, indices, updates] = inputs;
  const adds = addsUpdates(context);
  return [
    () => (adds ? g : emit.node('ScatterND', [g, indices, emit.full(g.dtype, updates.shape)])),
    undefined,
    () => emit.node('GatherND', [g, indices]),
  ];
});

/** TopK: the values' cotangents go back to where the values came from. */
export const topK = vjpRule(({ emit, node, operator, cotangent: g, inputs, outputs }) => {
  const [x, count] = inputs;
  const axis = int(operator.attribute('axis', 'int', -1));
  return [
    () => {
      const known = outputs[1] as Value | undefined;
      const indices = known ?? emit.nodes('TopK', [x, count], 2, node.attributes)[1];
      return emit.node('ScatterElements', [emit.full(x.dtype, x.shape), indices, g], { axis });
    },
  ];
});

/** OneHot is linear in its two values, off and on. */
export const oneHot = vjpRule(
  ({ emit, operator, cotangent: g, inputs: [indices, depth, values] }) => [
    undefined,
    undefined,
    () => {
      const axes = g.shape.map((_, axis) => axis);
      const mask = emit.node('OneHot', [indices, depth, emit.constant(values.dtype, [0, 1])], {
        axis: int(operator.attribute('axis', 'int', -1)),
      });
      const on = emit.sum(emit.mul(g, mask), axes, false);
      const off = emit.sub(emit.sum(g, axes, false), on);
      return emit.concat([emit.reshape(off, [1]), emit.reshape(on, [1])], 0);
    },
  ],
);

/** Where: each side gets the cotangent of the elements that were taken from it. */
export const where = vjpRule(
  ({ emit, cotangent: g, inputs: [condition] }) => [
    undefined,
    () => emit.mul(g, emit.cast(condition, g.dtype)),
    () => emit.mul(g, emit.cast(emit.unary('Not', condition), g.dtype)),
  ],
  { broadcasts: true },
);

function addsUpdates(context: VjpContext): boolean {
  const reduction = context.operator.attribute('reduction', 'string', 'none');
  if (reduction === 'none' || reduction === 'add') return reduction === 'add';
  throw undefinedGradient(context, 'reduction none or add', reduction);
}

/** A matrix (length, count) with a 1 in each column, at the row that the index names. */
function oneHotColumns(emit: Emitter, indices: Value, length: number, like: Value): Value {
  const count = sizeOf(indices.shape);
  const wrapped = emit.node('Mod', [indices, emit.scalar(indices.dtype, length)]);
  const rows = emit.constant(indices.dtype, countTo(length), [length, 1]);
  return emit.cast(emit.equal(rows, emit.reshape(wrapped, [1, count])), like.dtype);
}

/** Adds updates into zeros, each at the index along the axis that `indices` holds at its place. */
function scatterAddElements(
  emit: Emitter,
  shape: Shape,
  indices: Value,
  updates: Value,
  axis: number,
): Value {
  if (emit.builder.opset >= 16) {
    return emit.node('ScatterElements', [emit.full(updates.dtype, shape), indices, updates], {
      axis: int(axis),
      reduction: string('add'),
    });
  }
  // Before opset 16 a scatter cannot add: compare with every index of the axis instead.
  const length = shape[axis];
  const unfolded = indices.shape.toSpliced(axis + 1, 0, 1);
  const wrapped = emit.node('Mod', [indices, emit.scalar(indices.dtype, length)]);
  const candidates = emit.constant(indices.dtype, countTo(length), [
    length,
    ...shape.slice(axis + 1).map(() => 1),
  ]);
  const hit = emit.cast(emit.equal(emit.reshape(wrapped, unfolded), candidates), updates.dtype);
  const placed = emit.sum(emit.mul(emit.reshape(updates, unfolded), hit), [axis], false);
  const none = shape.map(() => 0);
  return emit.pad(
    placed,
    none,
    shape.map((size, other) => size - placed.shape[other]),
  );
}

/** Adds slices into zeros, each at the leading multi-index that the last axis of `indices` holds. */
function scatterAddSlices(emit: Emitter, shape: Shape, indices: Value, updates: Value): Value {
  if (emit.builder.opset >= 16) {
    return emit.node('ScatterND', [emit.full(updates.dtype, shape), indices, updates], {
      reduction: string('add'),
    });
  }
  const depth = indices.shape[indices.shape.length - 1];
  const lead = shape.slice(0, depth);
  const wrapped = emit.node('Mod', [indices, emit.integers(lead)]);
  const places = emit.sum(
    emit.mul(wrapped, emit.integers(stridesOf(lead))),
    [indices.shape.length - 1],
    false,
  );
  const rows = emit.reshape(updates, [sizeOf(places.shape), sizeOf(shape.slice(depth))]);
  const columns = oneHotColumns(emit, places, sizeOf(lead), updates);
  return emit.reshape(emit.matmul(columns, rows), shape);
}

/** Indices that name the batch axes, too, which GatherND leaves out. */
function withBatch(emit: Emitter, indices: Value, batch: number): Value {
  const { shape } = indices;
  const coordinates = shape.slice(0, batch).map((length, axis) => {
    const along = shape.map((_, other) => (other === axis ? length : 1));
    return emit.expand(emit.constant('int64', countTo(length), along), [...shape.slice(0, -1), 1]);
  });
  return emit.concat([...coordinates, indices], shape.length - 1);
}

function countTo(length: number): number[] {
  return Array.from({ length }, (_, index) => index);
}
