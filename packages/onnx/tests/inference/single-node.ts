import { zeros, type DataType, type Shape, type Tensor } from '@msanet/tensor';
import { inferNode, type Attributes, type InferredValue, type Node } from '../../src/index.js';

/** An operand that is known only at run time. */
export const value = (shape: Shape, dtype: DataType = 'float32'): InferredValue => ({
  dtype,
  shape,
});

/** A constant operand. */
export const constant = (content: Tensor): InferredValue => ({
  dtype: content.dtype,
  shape: content.shape,
  constant: content,
});

/** A constant operand of zeros. */
export const zeroConstant = (shape: Shape, dtype: DataType = 'float32'): InferredValue =>
  constant(zeros(dtype, shape));

/** What inference says of a node of that kind, named `probe`. */
export function infer(
  opType: string,
  inputs: readonly (InferredValue | undefined)[],
  attributes: Attributes = {},
  { opset = 17, outputs = 1, domain = '' } = {},
): InferredValue[] {
  const node: Node = {
    name: 'probe',
    opType,
    domain,
    inputs: inputs.map((input, index) => (input === undefined ? '' : `input${index}`)),
    outputs: Array.from({ length: outputs }, (_, index) => `output${index}`),
    attributes,
  };
  return inferNode(node, inputs, opset);
}

/** The elements of the first output as numbers, where inference knows them. */
export function content(result: readonly InferredValue[]): number[] | undefined {
  const known = result[0].constant;
  return known === undefined ? undefined : Array.from<number | bigint, number>(known.data, Number);
}
