import type { DataType, Shape, Tensor } from '@msanet/tensor';
import type { Attributes } from './attributes.js';

/** One axis of a declared shape: a length, a symbolic name (`batch`), or nothing known. */
export type Dimension = number | string | undefined;

/** A graph input or output as declared: its shape may hold symbols, or be absent. */
export interface ValueInfo {
  readonly name: string;
  readonly dtype: DataType;
  readonly shape: readonly Dimension[] | undefined;
  /** It is a list of such tensors. Only graphs inside nodes have them, and `inlineControlFlow` takes them away. */
  readonly sequence?: true;
}

/** Element type and fixed shape of a value. */
export interface ValueType {
  readonly dtype: DataType;
  readonly shape: Shape;
}

/** One operator call. An empty string among the inputs or outputs stands for an omitted optional one. */
export interface Node {
  readonly name: string;
  readonly opType: string;
  /** Operator domain; `''` is the ONNX standard. */
  readonly domain: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Attributes;
}

/** A graph in topological order, in single static assignment form. */
export interface Graph {
  readonly name: string;
  readonly nodes: readonly Node[];
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
  readonly initializers: ReadonlyMap<string, Tensor>;
}

/** An ONNX model. */
export interface Model {
  readonly irVersion: number;
  readonly producer: string;
  /** Version of each operator set by domain; `''` is the ONNX standard. */
  readonly opsets: ReadonlyMap<string, number>;
  readonly graph: Graph;
  readonly metadata: ReadonlyMap<string, string>;
}

/** The model's version of the standard operator set; 0 when it imports none. */
export function opsetOf(model: Model): number {
  return model.opsets.get('') ?? model.opsets.get('ai.onnx') ?? 0;
}
