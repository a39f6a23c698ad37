import { sameShape, type DataType, type Shape, type Tensor } from '@msanet/tensor';
import {
  elementTypeCode,
  float,
  int,
  ints,
  string,
  tensorAttribute,
  type Attributes,
  type GraphBuilder,
  type Value,
} from '@msanet/onnx';
import { tensorOf } from './constants.js';
import type { GraphPattern, PatternChoice } from './graph-patterns.js';

/** A value, or a number that becomes a scalar constant of the other operand's element type. */
export type Operand = Value | number;

/** Steeper than any float32 needs to be: `HardSigmoid(x; step, 0)` is 1 for every normal x > 0 and 0 for x ≤ 0. */
const stepSlope = 3e38;

/**
 * The vocabulary that rules and losses are written in: each method adds one node (or none, where nothing is to be done)
 * to a graph, valid for the graph's opset, named after the forward node it belongs to.
 */
export class Emitter {
  readonly builder: GraphBuilder;
  readonly #scope: string;
  readonly #patterns: PatternChoice;
  readonly #constants: Map<string, Value>;

  /**
   * @param scope prefix of the names of all that is emitted
   * @param patterns the graph patterns to use; by default all
   */
  constructor(
    builder: GraphBuilder,
    scope: string,
    patterns: PatternChoice = {},
    constants = new Map<string, Value>(),
  ) {
    this.builder = builder;
    this.#scope = scope;
    this.#patterns = patterns;
    this.#constants = constants;
  }

  /** An emitter for the same graph that names things after something else. */
  scoped(scope: string): Emitter {
    return new Emitter(this.builder, scope, this.#patterns, this.#constants);
  }

  /** Whether a graph pattern is to be used. */
  uses(pattern: GraphPattern): boolean {
    return this.#patterns[pattern] ?? true;
  }

  /** Adds any node with one output. */
  node(opType: string, inputs: readonly (Value | undefined)[], attributes: Attributes = {}): Value {
    return this.builder.apply(opType, inputs, attributes, this.#name(opType));
  }

  /** Adds any node with several outputs. */
  nodes(
    opType: string,
    inputs: readonly (Value | undefined)[],
    outputs: number,
    attributes: Attributes = {},
  ): Value[] {
    return this.builder.applyMany(opType, inputs, attributes, outputs, this.#name(opType));
  }

  /** Adds a tensor as an initializer. */
  initializer(content: Tensor): Value {
    return this.builder.constant(content, this.#name('constant'));
  }

  /** A constant of any shape, stored once per content when it is small. */
  constant(dtype: DataType, values: ArrayLike<number>, shape: Shape = [values.length]): Value {
    const add = (): Value => this.initializer(tensorOf(dtype, values, shape));
    if (values.length > 32) return add();
    const key = `${dtype} (${shape.join()}) ${Array.from(values).join()}`;
    const known = this.#constants.get(key) ?? add();
    this.#constants.set(key, known);
    return known;
  }

  /** A scalar constant. */
  scalar(dtype: DataType, value: number): Value {
    return this.constant(dtype, [value], []);
  }

  /** A vector of int64 constants, as shapes, axes and pads are given. */
  integers(values: readonly number[]): Value {
    return this.constant('int64', values);
  }

  /** A tensor filled with one number. */
  full(dtype: DataType, shape: Shape, value = 0): Value {
    const fill = tensorAttribute(tensorOf(dtype, [value], [1]));
    return this.node('ConstantOfShape', [this.integers(shape)], { value: fill });
  }

  // Arithmetic, with broadcasting

  add(a: Operand, b: Operand): Value {
    return this.#binary('Add', a, b);
  }

  sub(a: Operand, b: Operand): Value {
    return this.#binary('Sub', a, b);
  }

  mul(a: Operand, b: Operand): Value {
    if (b === 1 && typeof a !== 'number') return a;
    return this.#binary('Mul', a, b);
  }

  div(a: Operand, b: Operand): Value {
    if (b === 1 && typeof a !== 'number') return a;
    return this.#binary('Div', a, b);
  }

  pow(a: Operand, b: Operand): Value {
    return this.#binary('Pow', a, b);
  }

  /** A unary elementwise operator without attributes, such as Neg, Exp or Tanh. */
  unary(opType: string, x: Value): Value {
    return this.node(opType, [x]);
  }

  neg(x: Value): Value {
    return this.unary('Neg', x);
  }

  square(x: Value): Value {
    return this.mul(x, x);
  }

  /** max(0, min(1, alpha·x + beta)). */
  hardSigmoid(x: Value, alpha: number, beta: number): Value {
    return this.node('HardSigmoid', [x], { alpha: float(alpha), beta: float(beta) });
  }

  /**
   * 1 where x > 0, else 0, as a number: the mask of ReLU's derivative.
   *
   * A HardSigmoid of extreme slope is the fastest standard operator that computes it, several times faster than Where or
   * Sign; runtimes have it for float32. Emit it right before its Mul, so that the runtime frees the activation early.
   */
  positive(x: Value): Value {
    if (this.#masksBySteps(x)) return this.hardSigmoid(x, stepSlope, 0);
    return this.cast(this.#binary('Greater', x, 0), x.dtype);
  }

  /** 1 where x ≥ 0, else 0. */
  nonNegative(x: Value): Value {
    if (this.#masksBySteps(x)) return this.hardSigmoid(x, stepSlope, 1);
    return this.cast(this.#binary('GreaterOrEqual', x, 0), x.dtype);
  }

  /** −1, 0 or 1. */
  sign(x: Value): Value {
    if (!this.#masksBySteps(x)) return this.unary('Sign', x);
    return this.sub(this.mul(this.hardSigmoid(x, stepSlope, 0.5), 2), 1);
  }

  /** 1 where x ≤ 0, else 0. */
  nonPositive(x: Value): Value {
    if (this.#masksBySteps(x)) return this.hardSigmoid(x, -stepSlope, 1);
    return this.cast(this.#binary('LessOrEqual', x, 0), x.dtype);
  }

  /** 1 − x for x from 0 to 1. */
  oneMinusShare(x: Value): Value {
    const single = x.dtype === 'float32' && this.uses('hard-sigmoid-slopes');
    return single ? this.hardSigmoid(x, -1, 1) : this.sub(1, x);
  }

  // Comparison and selection

  equal(a: Operand, b: Operand): Value {
    return this.#binary('Equal', a, b);
  }

  /** Truth values become the numbers 0 and 1. */
  cast(x: Value, dtype: DataType): Value {
    return x.dtype === dtype ? x : this.node('Cast', [x], { to: int(elementTypeCode(dtype)) });
  }

  where(condition: Value, a: Operand, b: Operand): Value {
    const [left, right] = this.#operands(a, b);
    return this.node('Where', [condition, left, right]);
  }

  // Reduction

  /** Sum over some axes. */
  sum(x: Value, axes: readonly number[], keepDims = true): Value {
    if (axes.length === 0) return x;
    return this.node('ReduceSum', [x, this.integers(axes)], { keepdims: int(keepDims ? 1 : 0) });
  }

  /** Mean over some axes. */
  mean(x: Value, axes: readonly number[], keepDims = true): Value {
    return this.#reduce('ReduceMean', x, axes, keepDims);
  }

  /** Maximum over some axes. */
  max(x: Value, axes: readonly number[], keepDims = true): Value {
    return this.#reduce('ReduceMax', x, axes, keepDims);
  }

  /** Product over some axes. */
  product(x: Value, axes: readonly number[], keepDims = true): Value {
    return this.#reduce('ReduceProd', x, axes, keepDims);
  }

  // Products of matrices

  matmul(a: Value, b: Value): Value {
    return this.#binary('MatMul', a, b);
  }

  /** Swaps the last two axes. */
  transposeMatrix(x: Value): Value {
    const axes = x.shape.map((_, axis) => axis);
    const [row, column] = axes.splice(-2);
    return this.transpose(x, [...axes, column, row]);
  }

  // Movement

  reshape(x: Value, shape: Shape): Value {
    if (sameShape(x.shape, shape)) return x;
    return this.node('Reshape', [x, this.integers(shape)]);
  }

  transpose(x: Value, permutation: readonly number[]): Value {
    if (permutation.every((from, to) => from === to)) return x;
    return this.node('Transpose', [x], { perm: ints(permutation) });
  }

  /** Repeats axes of length 1 up to a shape. */
  expand(x: Value, shape: Shape): Value {
    if (sameShape(x.shape, shape)) return x;
    return this.node('Expand', [x, this.integers(shape)]);
  }

  concat(parts: readonly Value[], axis: number): Value {
    if (parts.length === 1) return parts[0];
    return this.node('Concat', parts, { axis: int(axis) });
  }

  /** Cuts an axis into parts of the given lengths. */
  split(x: Value, axis: number, lengths: readonly number[]): Value[] {
    if (lengths.length === 1) return [x];
    return this.nodes('Split', [x, this.integers(lengths)], lengths.length, { axis: int(axis) });
  }

  /** Elements from `start` to before `end`, every `step`-th, along one axis. */
  slice(x: Value, axis: number, start: number, end: number, step = 1): Value {
    if (start === 0 && end >= x.shape[axis] && step === 1) return x;
    return this.node('Slice', [
      x,
      ...[[start], [end], [axis], [step]].map((numbers) => this.integers(numbers)),
    ]);
  }

  /** Reverses some axes. */
  flip(x: Value, axes: readonly number[]): Value {
    const long = axes.filter((axis) => x.shape[axis] > 1);
    if (long.length === 0) return x;
    const all = (value: number): Value => this.integers(long.map(() => value));
    const beforeFirst = -(2 ** 31);
    return this.node('Slice', [x, all(-1), all(beforeFirst), this.integers(long), all(-1)]);
  }

  /** Adds `fill` around each axis, or crops where a pad is negative; `before` and `after` name every axis. */
  pad(x: Value, before: readonly number[], after: readonly number[], fill = 0): Value {
    if ([...before, ...after].every((pad) => pad === 0)) return x;
    const value = fill === 0 ? [] : [this.scalar(x.dtype, fill)];
    return this.node('Pad', [x, this.integers([...before, ...after]), ...value], {
      mode: string('constant'),
    });
  }

  /** As `pad`, for one axis. */
  padAxis(x: Value, axis: number, before: number, after: number, fill = 0): Value {
    const pads = (pad: number): number[] => x.shape.map((_, other) => (other === axis ? pad : 0));
    return this.pad(x, pads(before), pads(after), fill);
  }

  /** Whether masks of x are HardSigmoids; runtimes have it for float32. */
  #masksBySteps({ dtype }: Value): boolean {
    return dtype === 'float32' && this.uses('step-masks');
  }

  #binary(opType: string, a: Operand, b: Operand): Value {
    return this.node(opType, this.#operands(a, b));
  }

  #operands(a: Operand, b: Operand): [Value, Value] {
    const dtype = typeof a === 'number' ? (typeof b === 'number' ? 'float32' : b.dtype) : a.dtype;
    const value = (operand: Operand): Value =>
      typeof operand === 'number' ? this.scalar(dtype, operand) : operand;
    return [value(a), value(b)];
  }

  /** Reductions other than ReduceSum take their axes as an attribute before opset 18. */
  #reduce(opType: string, x: Value, axes: readonly number[], keepDims: boolean): Value {
    const keepdims = int(keepDims ? 1 : 0);
    return this.builder.opset < 18
      ? this.node(opType, [x], { axes: ints(axes), keepdims })
      : this.node(opType, [x, this.integers(axes)], { keepdims });
  }

  #name(opType: string): string {
    return `${this.#scope}.${opType.toLowerCase()}`;
  }
}
