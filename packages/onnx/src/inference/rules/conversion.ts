import { formatShape, sizeOf } from '@msanet/tensor';
import { castTensor } from '../evaluation/conversion.js';
import type { InferredValue } from '../inferred-value.js';
import type { NodeContext } from '../node-context.js';
import type { OperatorRule, RuleTable } from '../operator-rule.js';
import { anyType, boolean, floating, quantized, type TypeClass } from '../type-class.js';
import { dataTypeAttribute } from './creation.js';

const cast: OperatorRule = {
  inputs: [1, 1],
  infer: (context) => {
    const { shape } = context.operand(0, 'input', anyType);
    return [{ dtype: dataTypeAttribute(context, 'to'), shape }];
  },
  evaluate: (context, [{ dtype }]) => [castTensor(context.constant(0, 'input', anyType), dtype)],
};

const castLike: OperatorRule = {
  inputs: [2, 2],
  since: 15,
  infer: (context) => {
    const { shape } = context.operand(0, 'input', anyType);
    return [{ dtype: context.operand(1, 'target_type', anyType).dtype, shape }];
  },
  evaluate: cast.evaluate ?? (() => []),
};

const dropout: OperatorRule = {
  inputs: [1, 3],
  outputs: 2,
  infer: (context) => {
    const data = context.operand(0, 'data', floating);
    context.optional(1, 'ratio', floating);
    const training = context.optional(2, 'training_mode', boolean);
    if (training !== undefined && training.constant?.data[0] !== 0) {
      throw context.error(
        'OPERATOR_UNSUPPORTED',
        'dropout in inference mode',
        'a training_mode that is not constant false',
        'export the model in evaluation mode',
      );
    }
    return [data, { dtype: 'bool', shape: data.shape }];
  },
};

/** Checks scale and zero point: one number, one per element of an axis, or one per block (opset 21). */
function checkScale(
  context: NodeContext,
  x: InferredValue,
  scale: InferredValue,
  zeroPoint: InferredValue | undefined,
): void {
  if (zeroPoint !== undefined) context.expectShape(zeroPoint, scale.shape, 'zero point');
  const block = context.attribute('block_size', 'int', 0);
  if (scale.shape.length === 0 || (sizeOf(scale.shape) === 1 && block === 0)) return;
  const axis = context.axis(context.attribute('axis', 'int', 1), x.shape.length);
  const wanted =
    block === 0
      ? [x.shape[axis]]
      : x.shape.map((length, index) => (index === axis ? Math.ceil(length / block) : length));
  if (formatShape(scale.shape) !== formatShape(wanted)) {
    throw context.mismatch(`a scale of shape ${formatShape(wanted)}`, formatShape(scale.shape));
  }
}

const quantizeLinear: OperatorRule = {
  inputs: [2, 3],
  infer: (context) => {
    const x = context.operand(0, 'x', realOrInt32);
    const scale = context.operand(1, 'y_scale', realOrInt32);
    const zeroPoint = context.optional(2, 'y_zero_point', quantized);
    checkScale(context, x, scale, zeroPoint);
    const declared = context.attribute('output_dtype', 'int', 0);
    const dtype =
      zeroPoint?.dtype ?? (declared === 0 ? 'uint8' : dataTypeAttribute(context, 'output_dtype'));
    return [{ dtype, shape: x.shape }];
  },
};

const dequantizeLinear: OperatorRule = {
  inputs: [2, 3],
  infer: (context) => {
    const x = context.operand(0, 'x', quantized);
    const scale = context.operand(1, 'x_scale', floating);
    const zeroPoint = context.optional(2, 'x_zero_point', quantized);
    if (zeroPoint !== undefined)
      context.expectSameType(x, zeroPoint, 'operands x and x_zero_point');
    checkScale(context, x, scale, zeroPoint);
    return [{ dtype: scale.dtype, shape: x.shape }];
  },
};

const realOrInt32: TypeClass = {
  name: 'floating-point or int32',
  types: new Set([...floating.types, 'int32']),
};

/** Operators that change the element type, and those that do nothing at inference. */
export const conversionRules: RuleTable = {
  Cast: cast,
  CastLike: castLike,
  Dropout: dropout,
  QuantizeLinear: quantizeLinear,
  DequantizeLinear: dequantizeLinear,
};
