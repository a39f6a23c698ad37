import { formatShape, type Shape } from '@msanet/tensor';
import { realsOf } from '../evaluation/elements.js';
import type { NodeContext } from '../node-context.js';
import type { OperatorRule, RuleTable } from '../operator-rule.js';
import { anyType, floating, int64Type, numeric, type TypeClass } from '../type-class.js';

/** What a Resize node does to every axis. */
export interface ResizePlan {
  readonly shape: Shape;
  /** Output length over input length, or the scale given, which the coordinate transformations use. */
  readonly scales: readonly number[];
}

/** A constant operand that is not empty; exporters connect empty tensors where an operand is omitted. */
function present(
  context: NodeContext,
  index: number,
  name: string,
  types: TypeClass,
): number[] | undefined {
  const operand = context.optional(index, name, types);
  if (operand === undefined || operand.shape.includes(0)) return undefined;
  return realsOf(context.constant(index, name, types));
}

/**
 * The output shape and the scales of a Resize node (ONNX operators Resize-13 to Resize-19).
 *
 * @param shape the input's shape
 */
export function resizePlan(context: NodeContext, shape: Shape): ResizePlan {
  const rank = shape.length;
  const axes = context.hasAttribute('axes')
    ? context.axes(context.attribute('axes', 'ints'), rank)
    : shape.map((_, axis) => axis);
  const scales = present(context, 2, 'scales', floating);
  const sizes = present(context, 3, 'sizes', int64Type);
  const given = scales ?? sizes;
  if (given === undefined || (scales !== undefined && sizes !== undefined)) {
    throw context.error(
      'GRAPH_INVALID',
      'either scales or sizes',
      given === undefined ? 'neither' : 'both',
      'connect one of the operands',
    );
  }
  if (given.length !== axes.length || !given.every((value) => value > 0)) {
    throw context.mismatch(
      `${axes.length} positive ${scales === undefined ? 'sizes' : 'scales'}`,
      formatShape(given),
    );
  }
  const output = [...shape];
  const factors = new Array<number>(rank).fill(1);
  if (scales === undefined) {
    const policy = context.choice('keep_aspect_ratio_policy', 'stretch', [
      'stretch',
      'not_larger',
      'not_smaller',
    ]);
    const ratios = axes.map((axis, index) => given[index] / shape[axis]);
    const common = policy === 'not_larger' ? Math.min(...ratios) : Math.max(...ratios);
    axes.forEach((axis, index) => {
      output[axis] = policy === 'stretch' ? given[index] : Math.round(common * shape[axis]);
      factors[axis] = policy === 'stretch' ? ratios[index] : common;
    });
    return { shape: output, scales: factors };
  }
  const coordinates = context.attribute('coordinate_transformation_mode', 'string', 'half_pixel');
  if (coordinates === 'tf_crop_and_resize') {
    // The specification multiplies by the region's extent here, ONNX Runtime does not.
    throw context.error(
      'OPERATOR_UNSUPPORTED',
      'sizes beside tf_crop_and_resize',
      'scales, whose result runtimes do not agree on',
      'export the model with sizes',
    );
  }
  axes.forEach((axis, index) => {
    // The specification's product is one of float32 numbers, which decides where it lies close to an integer.
    output[axis] = Math.floor(Math.fround(shape[axis] * scales[index]));
    factors[axis] = scales[index];
  });
  return { shape: output, scales: factors };
}

const resize: OperatorRule = {
  inputs: [1, 4],
  infer: (context) => {
    const { dtype, shape } = context.operand(0, 'X', anyType);
    context.optional(1, 'roi', numeric);
    context.choice('mode', 'nearest', ['nearest', 'linear', 'cubic']);
    return [{ dtype, shape: resizePlan(context, shape).shape }];
  },
};

/** Interpolation to another size. */
export const resizeRules: RuleTable = { Resize: resize };
