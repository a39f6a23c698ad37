import type { Tensor } from '@msanet/tensor';
import type { Graph } from './graph.js';

/** What each attribute type holds. Integers are kept as numbers; those beyond 2^53 are saturated by the reader. */
export interface AttributeValues {
  int: number;
  float: number;
  string: string;
  tensor: Tensor;
  graph: Graph;
  ints: readonly number[];
  floats: readonly number[];
  strings: readonly string[];
  tensors: readonly Tensor[];
  graphs: readonly Graph[];
}

/** A node attribute with its ONNX type. */
export type Attribute = {
  [T in keyof AttributeValues]: { readonly type: T; readonly value: AttributeValues[T] };
}[keyof AttributeValues];

/** A node's attributes by name. */
export type Attributes = Readonly<Record<string, Attribute>>;

/** An integer attribute. */
export const int = (value: number): Attribute => ({ type: 'int', value });
/** A float attribute. */
export const float = (value: number): Attribute => ({ type: 'float', value });
/** A string attribute. */
export const string = (value: string): Attribute => ({ type: 'string', value });
/** A tensor attribute. */
export const tensorAttribute = (value: Tensor): Attribute => ({ type: 'tensor', value });
/** A list-of-integers attribute. */
export const ints = (value: readonly number[]): Attribute => ({ type: 'ints', value });
/** A list-of-floats attribute. */
export const floats = (value: readonly number[]): Attribute => ({ type: 'floats', value });
/** A list-of-strings attribute. */
export const strings = (value: readonly string[]): Attribute => ({ type: 'strings', value });

/** An attribute's value if it is present and of that type, else the fallback. */
export function attributeOf<T extends keyof AttributeValues, F>(
  attributes: Attributes,
  name: string,
  type: T,
  fallback: F,
): AttributeValues[T] | F {
  const attribute = attributes[name];
  return attribute?.type === type ? (attribute.value as AttributeValues[T]) : fallback;
}
