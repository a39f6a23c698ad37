import type { Attributes, Model, ValueInfo } from '@msanet/onnx';
import { float64, int64, type Shape, type Tensor } from '@msanet/tensor';
import { ReferenceRuntime } from '@msanet/runtime-reference';

/** One operator call: what a test states about a node. */
export interface NodeCall {
  readonly operator: string;
  readonly inputs: readonly (Tensor | undefined)[];
  readonly attributes?: Attributes;
  readonly opset?: number;
  readonly outputs?: number;
}

/** A model of that one node, with the operands as graph inputs `x0`, `x1`, … and the results as `y0`, `y1`, … */
export function modelOf({
  operator,
  inputs,
  attributes = {},
  opset = 17,
  outputs = 1,
}: NodeCall): Model {
  const names = inputs.map((value, index) => (value ? `x${index}` : ''));
  const declared: ValueInfo[] = inputs.flatMap((value, index) =>
    value ? [{ name: names[index], dtype: value.dtype, shape: value.shape }] : [],
  );
  const results = Array.from({ length: outputs }, (_, index) => `y${index}`);
  return {
    irVersion: 8,
    producer: 'test',
    opsets: new Map([['', opset]]),
    metadata: new Map(),
    graph: {
      name: 'test',
      nodes: [
        { name: 'node', opType: operator, domain: '', inputs: names, outputs: results, attributes },
      ],
      inputs: declared,
      outputs: results.map((name) => ({ name, dtype: 'float32', shape: undefined })),
      initializers: new Map(),
    },
  };
}

/** Runs one operator on the reference runtime and returns its results in order. */
export async function runNode(call: NodeCall): Promise<Tensor[]> {
  const session = await new ReferenceRuntime().load(modelOf(call));
  const feeds = Object.fromEntries(
    call.inputs.flatMap((value, index) => (value ? [[`x${index}`, value]] : [])),
  );
  const results = await session.run(feeds);
  return Array.from({ length: call.outputs ?? 1 }, (_, index) => results[`y${index}`]);
}

/** Nested lists of numbers: a tensor as one writes it by hand. */
export type Nested = number | readonly Nested[];

function shapeOf(nested: Nested): number[] {
  return typeof nested === 'number' ? [] : [nested.length, ...shapeOf(nested[0] ?? 0)];
}

function elementsOf(nested: Nested): number[] {
  return typeof nested === 'number' ? [nested] : nested.flatMap(elementsOf);
}

/** A float64 tensor written as nested lists. */
export function float(nested: Nested): Tensor {
  return float64(elementsOf(nested), shapeOf(nested));
}

/** An int64 tensor written as nested lists. */
export function integer(nested: Nested): Tensor {
  return int64(elementsOf(nested), shapeOf(nested));
}

/** A bool tensor written as nested lists of 0 and 1. */
export function bool(nested: Nested): Tensor {
  return { dtype: 'bool', shape: shapeOf(nested), data: Uint8Array.from(elementsOf(nested)) };
}

/** 0, 1, 2, … in a shape. */
export function counting(shape: Shape, start = 0): Tensor {
  const length = shape.reduce((size, n) => size * n, 1);
  return float64(
    Array.from({ length }, (_, index) => start + index),
    shape,
  );
}

/** A tensor as nested lists of numbers, to compare with ones written by hand. */
export function nested({ shape, data }: Tensor): Nested {
  const build = (axis: number, offset: number, size: number): Nested => {
    if (axis === shape.length) return Number(data[offset]);
    const step = size / shape[axis];
    return Array.from({ length: shape[axis] }, (_, index) =>
      build(axis + 1, offset + index * step, step),
    );
  };
  return build(0, 0, data.length);
}
