import { broadcastShapes, formatShape, sameShape } from '@msanet/tensor';
import type { InferredValue } from '../inferred-value.js';
import type { NodeContext } from '../node-context.js';
import type { OperatorRule, RuleTable } from '../operator-rule.js';
import { dataTypeOfCode } from '../../element-types.js';
import { floating } from '../type-class.js';

/** X, whose rank must be at least `rank`, after its per-channel operands were checked. */
function perChannel(
  context: NodeContext,
  rank: number,
  names: readonly string[],
  lengthOf: (channels: number) => number,
): InferredValue {
  const x = context.operand(0, 'X', floating);
  context.expectRank(x, rank, Infinity, 'X');
  names.forEach((name, index) => {
    context.expectShape(context.operand(index + 1, name, floating), [lengthOf(x.shape[1])], name);
  });
  return { dtype: x.dtype, shape: x.shape };
}

/** The operator set since which training mode has the outputs that it has today. */
const trainingOpset = 14;

/** In training mode there are three outputs: Y, and the running mean and variance after the batch. */
const batchNormalization: OperatorRule = {
  inputs: [5, 5],
  outputs: 5,
  infer: (context) => {
    const training = context.attribute('training_mode', 'int', 0) !== 0;
    if (training ? context.opset < trainingOpset : context.outputCount > 1) {
      throw context.error(
        'OPERATOR_UNSUPPORTED',
        `batch normalisation in inference mode, or in training mode from opset ${trainingOpset} on`,
        training ? 'training mode' : `${context.outputCount} outputs`,
        'export the model in evaluation mode',
      );
    }
    const y = perChannel(
      context,
      2,
      ['scale', 'B', 'input_mean', 'input_var'],
      (channels) => channels,
    );
    if (!training) return [y];
    const statistics = { dtype: y.dtype, shape: y.shape.slice(1, 2) };
    return [y, statistics, statistics];
  },
};

const groupNormalization: OperatorRule = {
  inputs: [3, 3],
  since: 18,
  infer: (context) => {
    const groups = context.attribute('num_groups', 'int');
    const x = context.operand(0, 'X', floating);
    context.expectRank(x, 2, Infinity, 'X');
    if (groups < 1 || x.shape[1] % groups !== 0) {
      throw context.mismatch(
        `X with a multiple of ${groups} channels (num_groups)`,
        formatShape(x.shape),
      );
    }
    // Opset 18 scales each group, opset 21 each channel.
    return [
      perChannel(context, 2, ['scale', 'bias'], (channels) =>
        context.opset < 21 ? groups : channels,
      ),
    ];
  },
};

const layerNormalization: OperatorRule = {
  inputs: [2, 3],
  outputs: 3,
  since: 17,
  infer: (context) => {
    const x = context.operand(0, 'X', floating);
    const rank = x.shape.length;
    const axis = context.axis(context.attribute('axis', 'int', -1), rank);
    for (const [index, name] of [
      [1, 'Scale'],
      [2, 'B'],
    ] as const) {
      const factor =
        index === 1
          ? context.operand(index, name, floating)
          : context.optional(index, name, floating);
      if (factor === undefined) continue;
      const normalized = x.shape.slice(axis);
      if (!sameShape(broadcastShapes(normalized, factor.shape, context.where), normalized)) {
        throw context.mismatch(
          `${name} that broadcasts to ${formatShape(normalized)}`,
          formatShape(factor.shape),
        );
      }
    }
    const stash = context.attribute('stash_type', 'int', 1);
    const dtype = dataTypeOfCode(stash);
    if (dtype === undefined || !floating.types.has(dtype)) {
      throw context.error(
        'DTYPE_MISMATCH',
        'a floating-point stash_type',
        String(stash),
        'correct the attribute',
      );
    }
    const statistics = {
      dtype,
      shape: x.shape.map((length, index) => (index < axis ? length : 1)),
    };
    return [{ dtype: x.dtype, shape: x.shape }, statistics, statistics];
  },
};

const softmax: OperatorRule = {
  inputs: [1, 1],
  infer: (context) => {
    const { dtype, shape } = context.operand(0, 'input', floating);
    context.axis(context.attribute('axis', 'int', -1), shape.length);
    return [{ dtype, shape }];
  },
};

/** Normalisations by statistics, and along one axis to probabilities. */
export const normalizationRules: RuleTable = {
  BatchNormalization: batchNormalization,
  InstanceNormalization: {
    inputs: [3, 3],
    infer: (context) => [perChannel(context, 3, ['scale', 'B'], (channels) => channels)],
  },
  LayerNormalization: layerNormalization,
  GroupNormalization: groupNormalization,
  Softmax: softmax,
  LogSoftmax: softmax,
};
