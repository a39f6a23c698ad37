import { broadcastShapes, formatShape, sameShape } from '@msanet/tensor';
import { einsumPlan } from '../einsum.js';
import type { OperatorRule, RuleTable } from '../operator-rule.js';
import { numeric } from '../type-class.js';

const matMul: OperatorRule = {
  inputs: [2, 2],
  infer: (context) => {
    const a = context.operand(0, 'A', numeric);
    const b = context.operand(1, 'B', numeric);
    context.expectSameType(a, b, 'operands');
    context.expectRank(a, 1, Infinity, 'A');
    context.expectRank(b, 1, Infinity, 'B');
    const rows = a.shape.length === 1 ? [] : [a.shape[a.shape.length - 2]];
    const columns = b.shape.length === 1 ? [] : [b.shape[b.shape.length - 1]];
    const inner = a.shape[a.shape.length - 1];
    if (inner !== b.shape[Math.max(b.shape.length - 2, 0)]) {
      throw context.mismatch(
        `B with ${inner} rows, the columns of A ${formatShape(a.shape)}`,
        formatShape(b.shape),
      );
    }
    const batch = broadcastShapes(a.shape.slice(0, -2), b.shape.slice(0, -2), context.where);
    return [{ dtype: a.dtype, shape: [...batch, ...rows, ...columns] }];
  },
};

const gemm: OperatorRule = {
  inputs: [2, 3],
  infer: (context) => {
    const a = context.operand(0, 'A', numeric);
    const b = context.operand(1, 'B', numeric);
    context.expectSameType(a, b, 'operands A and B');
    context.expectRank(a, 2, 2, 'A');
    context.expectRank(b, 2, 2, 'B');
    const transposeA = context.attribute('transA', 'int', 0) !== 0;
    const transposeB = context.attribute('transB', 'int', 0) !== 0;
    const [rows, inner] = transposeA ? [a.shape[1], a.shape[0]] : a.shape;
    const [innerB, columns] = transposeB ? [b.shape[1], b.shape[0]] : b.shape;
    if (inner !== innerB) {
      throw context.mismatch(
        `A and B with a common inner length`,
        `${formatShape(a.shape)} and ${formatShape(b.shape)}`,
      );
    }
    const c = context.optional(2, 'C', numeric);
    if (c !== undefined) {
      context.expectSameType(a, c, 'operands A and C');
      const shape = broadcastShapes([rows, columns], c.shape, context.where);
      if (!sameShape(shape, [rows, columns])) {
        throw context.mismatch(`C that broadcasts to (${rows}, ${columns})`, formatShape(c.shape));
      }
    }
    return [{ dtype: a.dtype, shape: [rows, columns] }];
  },
};

const einsum: OperatorRule = {
  inputs: [1, Infinity],
  infer: (context) => {
    const operands = context.inputs.map((_, index) =>
      context.operand(index, `Inputs_${index}`, numeric),
    );
    for (const operand of operands) context.expectSameType(operands[0], operand, 'operands');
    const plan = einsumPlan(
      context,
      operands.map((operand) => operand.shape),
    );
    const shape = plan.output.map((label) => plan.lengths.get(label) ?? 1);
    return [{ dtype: operands[0].dtype, shape }];
  },
};

/** Matrix products. */
export const linalgRules: RuleTable = { MatMul: matMul, Gemm: gemm, Einsum: einsum };
