import { float32, formatShape, int64, sizeOf, type DataType, type Tensor } from '@msanet/tensor';
import { dataTypeOfCode, describeElementType } from '../../element-types.js';
import {
  bigintsOf,
  isFloating,
  realsOf,
  tensorOfBigints,
  tensorOfReals,
} from '../evaluation/elements.js';
import { rearrange } from '../evaluation/positions.js';
import type { InferredValue } from '../inferred-value.js';
import type { NodeContext } from '../node-context.js';
import type { OperatorRule, RuleTable } from '../operator-rule.js';
import { anyType, int64Type, numeric } from '../type-class.js';

/**
 * The element type that an integer attribute names.
 *
 * @throws MsanetError `DTYPE_MISMATCH` when msanet does not hold it
 */
export function dataTypeAttribute(context: NodeContext, name: string, fallback?: number): DataType {
  const code = context.attribute(name, 'int', fallback);
  const dtype = dataTypeOfCode(code);
  if (dtype !== undefined) return dtype;
  throw context.error(
    'DTYPE_MISMATCH',
    `an element type that msanet holds as attribute ${name}`,
    describeElementType(code),
    'export the model in float32',
  );
}

/** The tensor that a Constant node holds in one of its attributes. */
function constantValue(context: NodeContext): Tensor {
  const { attributes } = context.node;
  if (attributes['value'] !== undefined) return context.attribute('value', 'tensor');
  if (attributes['value_float'] !== undefined) {
    return float32([context.attribute('value_float', 'float')], []);
  }
  if (attributes['value_floats'] !== undefined) {
    return float32(context.attribute('value_floats', 'floats'));
  }
  if (attributes['value_int'] !== undefined) {
    return int64([context.attribute('value_int', 'int')], []);
  }
  if (attributes['value_ints'] !== undefined) {
    return int64(context.attribute('value_ints', 'ints'));
  }
  throw context.error(
    'OPERATOR_UNSUPPORTED',
    'a tensor, float or integer value',
    Object.keys(attributes).join(', ') || 'no attribute',
    'export the model without text and sparse constants',
  );
}

const constant: OperatorRule = {
  inputs: [0, 0],
  infer: (context) => {
    const value = constantValue(context);
    return [{ dtype: value.dtype, shape: value.shape, constant: value }];
  },
};

/** What ConstantOfShape fills with: attribute `value`, float32 0 by default. */
function fillValue(context: NodeContext): Tensor {
  const value = context.attribute('value', 'tensor', float32([0]));
  if (sizeOf(value.shape) === 1) return value;
  throw context.mismatch('attribute value of one element', formatShape(value.shape));
}

const constantOfShape: OperatorRule = {
  inputs: [1, 1],
  infer: (context) => {
    const shape = context.integers(0, 'input', int64Type);
    if (shape.some((length) => length < 0)) {
      throw context.mismatch('lengths of at least 0', formatShape(shape));
    }
    return [{ dtype: fillValue(context).dtype, shape }];
  },
  evaluate: (context, [{ shape }]) => [rearrange(fillValue(context), shape, () => 0)],
};

/** Start, limit and delta of a Range node. */
function rangeOperands(context: NodeContext): Tensor[] {
  return ['start', 'limit', 'delta'].map((name, index) => {
    const value = context.constant(index, name, numeric);
    if (sizeOf(value.shape) === 1) return value;
    throw context.mismatch(`a scalar operand ${name}`, formatShape(value.shape));
  });
}

const range: OperatorRule = {
  inputs: [3, 3],
  infer: (context) => {
    const operands = rangeOperands(context);
    const { dtype } = operands[0];
    if (operands.some((operand) => operand.dtype !== dtype)) {
      throw context.error(
        'DTYPE_MISMATCH',
        'operands of one element type',
        operands.map((operand) => operand.dtype).join(', '),
        'cast the operands first',
      );
    }
    const [start, limit, delta] = operands.map(
      (operand) => (isFloating(dtype) ? realsOf(operand) : bigintsOf(operand).map(Number))[0],
    );
    const length = Math.max(Math.ceil((limit - start) / delta), 0);
    if (Number.isSafeInteger(length)) return [{ dtype, shape: [length] }];
    throw context.mismatch(
      'a range of finitely many numbers',
      `from ${start} to ${limit} by ${delta}`,
    );
  },
  evaluate: (context, [{ dtype, shape }]) => {
    const operands = rangeOperands(context);
    const steps = Array.from({ length: shape[0] }, (_, index) => index);
    if (isFloating(dtype)) {
      const [start, , delta] = operands.map((operand) => realsOf(operand)[0]);
      return [
        tensorOfReals(
          dtype,
          shape,
          steps.map((step) => start + step * delta),
        ),
      ];
    }
    const [start, , delta] = operands.map((operand) => bigintsOf(operand)[0]);
    return [
      tensorOfBigints(
        dtype,
        shape,
        steps.map((step) => start + BigInt(step) * delta),
      ),
    ];
  },
};

const eyeLike: OperatorRule = {
  inputs: [1, 1],
  infer: (context) => {
    const input = context.operand(0, 'input', anyType);
    context.expectRank(input, 2, 2, 'input');
    const dtype = context.hasAttribute('dtype') ? dataTypeAttribute(context, 'dtype') : input.dtype;
    return [{ dtype, shape: input.shape }];
  },
};

const oneHot: OperatorRule = {
  inputs: [3, 3],
  infer: (context): InferredValue[] => {
    const indices = context.operand(0, 'indices', numeric);
    const values = context.operand(2, 'values', anyType);
    context.expectShape(values, [2], 'values');
    const depth = Math.trunc(context.integer(1, 'depth', numeric));
    if (depth < 1) throw context.mismatch('a depth of at least 1', String(depth));
    const rank = indices.shape.length + 1;
    const axis = context.axis(context.attribute('axis', 'int', -1), rank);
    return [{ dtype: values.dtype, shape: indices.shape.toSpliced(axis, 0, depth) }];
  },
};

/** Operators that make values from attributes, shapes and counts. */
export const creationRules: RuleTable = {
  Constant: constant,
  ConstantOfShape: constantOfShape,
  Range: range,
  EyeLike: eyeLike,
  OneHot: oneHot,
};
