import { formatShape } from '@msanet/tensor';
import type { InferredValue } from '../inferred-value.js';
import type { NodeContext } from '../node-context.js';
import type { OperatorRule, RuleTable } from '../operator-rule.js';
import { floating } from '../type-class.js';
import { transposedWindowOf, windowOf } from '../window.js';

interface ConvolutionOperands {
  readonly x: InferredValue;
  readonly weight: InferredValue;
  readonly groups: number;
  readonly kernel: readonly number[];
}

/** Operands X (N, C, …), W and B of a convolution of 1, 2 or 3 dimensions, checked as far as both directions share. */
function operandsOf(context: NodeContext): ConvolutionOperands {
  const x = context.operand(0, 'X', floating);
  const weight = context.operand(1, 'W', floating);
  context.expectSameType(x, weight, 'operands X and W');
  context.expectRank(x, 3, 5, 'X');
  context.expectRank(weight, x.shape.length, x.shape.length, 'W');
  const kernel = weight.shape.slice(2);
  const declared = context.attribute('kernel_shape', 'ints', kernel);
  if (formatShape(declared) !== formatShape(kernel)) {
    throw context.mismatch(`kernel_shape ${formatShape(kernel)} as in W`, formatShape(declared));
  }
  if (kernel.some((length) => length < 1)) {
    throw context.mismatch('a kernel without empty axes', formatShape(kernel));
  }
  const groups = context.attribute('group', 'int', 1);
  if (groups < 1) throw context.mismatch('attribute group of at least 1', String(groups));
  return { x, weight, groups, kernel };
}

function checkBias(context: NodeContext, x: InferredValue, channels: number): void {
  const bias = context.optional(2, 'B', floating);
  if (bias === undefined) return;
  context.expectSameType(x, bias, 'operands X and B');
  context.expectShape(bias, [channels], 'B');
}

const conv: OperatorRule = {
  inputs: [2, 3],
  infer: (context) => {
    const { x, weight, groups, kernel } = operandsOf(context);
    const [outChannels, channelsPerGroup] = weight.shape;
    if (x.shape[1] !== channelsPerGroup * groups) {
      throw context.mismatch(
        `X with ${channelsPerGroup * groups} channels (${groups} groups of W's ${channelsPerGroup})`,
        formatShape(x.shape),
      );
    }
    if (outChannels % groups !== 0) {
      throw context.mismatch(
        `W with a multiple of ${groups} output channels`,
        formatShape(weight.shape),
      );
    }
    checkBias(context, x, outChannels);
    const { output } = windowOf(context, x.shape.slice(2), kernel);
    return [{ dtype: x.dtype, shape: [x.shape[0], outChannels, ...output] }];
  },
};

const convTranspose: OperatorRule = {
  inputs: [2, 3],
  infer: (context) => {
    const { x, weight, groups, kernel } = operandsOf(context);
    const [inChannels, outPerGroup] = weight.shape;
    if (x.shape[1] !== inChannels || inChannels % groups !== 0) {
      throw context.mismatch(
        `X with W's ${inChannels} channels, a multiple of ${groups} groups`,
        formatShape(x.shape),
      );
    }
    checkBias(context, x, outPerGroup * groups);
    const { output } = transposedWindowOf(context, x.shape.slice(2), kernel);
    return [{ dtype: x.dtype, shape: [x.shape[0], outPerGroup * groups, ...output] }];
  },
};

/** Convolutions of 1, 2 and 3 spatial dimensions and their transposes. */
export const convolutionRules: RuleTable = { Conv: conv, ConvTranspose: convTranspose };
