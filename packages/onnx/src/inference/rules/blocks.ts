import { formatShape } from '@msanet/tensor';
import type { NodeContext } from '../node-context.js';
import type { OperatorRule, RuleTable } from '../operator-rule.js';
import { anyType } from '../type-class.js';

/** The block length of DepthToSpace and SpaceToDepth on an input of 4 axes. */
function blockOf(context: NodeContext): { shape: readonly number[]; block: number } {
  const input = context.operand(0, 'input', anyType);
  context.expectRank(input, 4, 4, 'input');
  const block = context.attribute('blocksize', 'int');
  if (block < 1) throw context.mismatch('a blocksize of at least 1', String(block));
  return { shape: input.shape, block };
}

const depthToSpace: OperatorRule = {
  inputs: [1, 1],
  infer: (context) => {
    const { shape, block } = blockOf(context);
    context.choice('mode', 'DCR', ['DCR', 'CRD']);
    const [batch, channels, height, width] = shape;
    if (channels % block ** 2 !== 0) {
      throw context.mismatch(`a multiple of ${block ** 2} channels`, formatShape(shape));
    }
    const { dtype } = context.operand(0, 'input', anyType);
    return [{ dtype, shape: [batch, channels / block ** 2, height * block, width * block] }];
  },
};

const spaceToDepth: OperatorRule = {
  inputs: [1, 1],
  infer: (context) => {
    const { shape, block } = blockOf(context);
    const [batch, channels, height, width] = shape;
    if (height % block !== 0 || width % block !== 0) {
      throw context.mismatch(`a height and width that ${block} divides`, formatShape(shape));
    }
    const { dtype } = context.operand(0, 'input', anyType);
    return [{ dtype, shape: [batch, channels * block ** 2, height / block, width / block] }];
  },
};

/** Operators that exchange channels for blocks of pixels. */
export const blockRules: RuleTable = { DepthToSpace: depthToSpace, SpaceToDepth: spaceToDepth };
