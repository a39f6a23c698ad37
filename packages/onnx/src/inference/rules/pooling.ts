import { formatShape } from '@msanet/tensor';
import type { InferredValue } from '../inferred-value.js';
import type { NodeContext } from '../node-context.js';
import type { OperatorRule, RuleTable } from '../operator-rule.js';
import { anyType, floating, type TypeClass } from '../type-class.js';
import { windowOf } from '../window.js';

function pooled(context: NodeContext, types: TypeClass): InferredValue {
  const x = context.operand(0, 'X', types);
  context.expectRank(x, 3, 5, 'X');
  const spatial = x.shape.slice(2);
  const kernel = context.attribute('kernel_shape', 'ints');
  if (kernel.length !== spatial.length || kernel.some((length) => length < 1)) {
    throw context.mismatch(
      `kernel_shape of ${spatial.length} numbers of at least 1`,
      formatShape(kernel),
    );
  }
  const { output } = windowOf(context, spatial, kernel);
  return { dtype: x.dtype, shape: [x.shape[0], x.shape[1], ...output] };
}

const globalPool: OperatorRule = {
  inputs: [1, 1],
  infer: (context) => {
    const { dtype, shape } = context.operand(0, 'X', floating);
    if (shape.length < 2) throw context.mismatch('X of at least 2 axes', formatShape(shape));
    return [{ dtype, shape: shape.map((length, axis) => (axis < 2 ? length : 1)) }];
  },
};

/** Pools over windows and over whole feature maps. */
export const poolingRules: RuleTable = {
  MaxPool: {
    inputs: [1, 1],
    outputs: 2,
    infer: (context) => {
      const values = pooled(context, anyType);
      return [values, { dtype: 'int64', shape: values.shape }];
    },
  },
  AveragePool: { inputs: [1, 1], infer: (context) => [pooled(context, floating)] },
  GlobalAveragePool: globalPool,
  GlobalMaxPool: globalPool,
};
