import { float32, int64, type DataType, type Shape } from '@msanet/tensor';
import type { Attributes, InferredValue } from '../../../src/index.js';
import { constant, value } from '../single-node.js';

/** A node and the outputs that the operator's specification gives it. */
export interface ShapeCase {
  readonly op: string;
  readonly inputs: readonly (InferredValue | undefined)[];
  readonly attributes?: Attributes;
  readonly opset?: number;
  readonly shapes: readonly Shape[];
  readonly dtypes?: readonly DataType[];
}

/** A feature map that many cases share. */
export const x = value([2, 6, 8, 10]);
/** A constant int64 vector. */
export const i64 = (...values: number[]): InferredValue => constant(int64(values));
/** A constant int64 scalar. */
export const scalar64 = (number: number): InferredValue => constant(int64([number], []));
/** A constant float32 vector. */
export const f32 = (...values: number[]): InferredValue => constant(float32(values));
/** Truth values known only at run time. */
export const bool = (shape: Shape): InferredValue => value(shape, 'bool');
