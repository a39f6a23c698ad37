import { MsanetError, formatShape, type ErrorCode, type Shape, type Tensor } from '@msanet/tensor';
import type { AttributeValues } from '../attributes.js';
import type { Node } from '../graph.js';
import { integersOf } from './evaluation/elements.js';
import type { InferredValue } from './inferred-value.js';
import type { TypeClass } from './type-class.js';

/** A list of axes, lengths or pads that is longer than this is a damaged one. */
const longestList = 65_536;

/** A node and its operands as a shape rule sees them: every access checks, and every failure names the node. */
export class NodeContext {
  readonly node: Node;
  readonly opset: number;
  readonly inputs: readonly (InferredValue | undefined)[];

  constructor(node: Node, inputs: readonly (InferredValue | undefined)[], opset: number) {
    this.node = node;
    this.inputs = inputs;
    this.opset = opset;
  }

  /** How errors name the node. */
  get where(): string {
    return `node ${this.node.name} (${this.node.opType}, opset ${this.opset})`;
  }

  /** Number of outputs that the node declares. */
  get outputCount(): number {
    return this.node.outputs.length;
  }

  /** An error about this node. */
  error(code: ErrorCode, expected: string, got: string, remedy: string): MsanetError {
    return new MsanetError({ code, where: this.where, expected, got, remedy });
  }

  /** A shape error about this node. */
  mismatch(expected: string, got: string): MsanetError {
    return this.error('SHAPE_MISMATCH', expected, got, 'correct the operands or the attributes');
  }

  /**
   * The operand of that position.
   *
   * @param name what the operator's specification calls it
   * @throws MsanetError `GRAPH_INVALID` when it is omitted, `DTYPE_MISMATCH` when its type is outside the class
   */
  operand(index: number, name: string, types: TypeClass): InferredValue {
    const value = this.optional(index, name, types);
    if (value !== undefined) return value;
    throw this.error('GRAPH_INVALID', `operand ${name}`, 'none', 'connect the operand');
  }

  /** The operand of that position if it is there; otherwise as `operand`. */
  optional(index: number, name: string, types: TypeClass): InferredValue | undefined {
    const value = this.inputs[index];
    if (value !== undefined && !types.types.has(value.dtype)) {
      throw this.error(
        'DTYPE_MISMATCH',
        `a ${types.name} operand ${name}`,
        value.dtype,
        'cast the operand first',
      );
    }
    return value;
  }

  /** Fails unless both operands have the same element type. */
  expectSameType(a: InferredValue, b: InferredValue, what: string): void {
    if (a.dtype === b.dtype) return;
    throw this.error(
      'DTYPE_MISMATCH',
      `${what} of one element type`,
      `${a.dtype} and ${b.dtype}`,
      'cast one of the operands first',
    );
  }

  /** Fails unless the operand has that many axes. */
  expectRank(value: InferredValue, least: number, most: number, name: string): void {
    const rank = value.shape.length;
    if (rank >= least && rank <= most) return;
    const wanted =
      least === most
        ? `${least} axes`
        : most === Infinity
          ? `at least ${least} axes`
          : `${least} to ${most} axes`;
    throw this.mismatch(`${name} of ${wanted}`, formatShape(value.shape));
  }

  /** Fails unless the operand has exactly that shape. */
  expectShape(value: InferredValue, shape: Shape, name: string): void {
    if (
      value.shape.length === shape.length &&
      shape.every((length, axis) => length === value.shape[axis])
    ) {
      return;
    }
    throw this.mismatch(`${name} of shape ${formatShape(shape)}`, formatShape(value.shape));
  }

  /** An attribute's value, its default when absent. Fails when it has another type, or is absent without a default. */
  attribute<T extends keyof AttributeValues>(
    name: string,
    type: T,
    fallback?: AttributeValues[T],
  ): AttributeValues[T] {
    const attribute = this.node.attributes[name];
    if (attribute === undefined) {
      if (fallback !== undefined) return fallback;
      throw this.error('GRAPH_INVALID', `attribute ${name}`, 'none', 'set the attribute');
    }
    if (attribute.type !== type) {
      throw this.error(
        'GRAPH_INVALID',
        `attribute ${name} of type ${type}`,
        attribute.type,
        'correct the attribute',
      );
    }
    return attribute.value as AttributeValues[T];
  }

  /** Whether the attribute is set. */
  hasAttribute(name: string): boolean {
    return this.node.attributes[name] !== undefined;
  }

  /** A text attribute that must be one of the choices. */
  choice(name: string, fallback: string, choices: readonly string[]): string {
    const value = this.attribute(name, 'string', fallback);
    if (choices.includes(value)) return value;
    throw this.error(
      'OPERATOR_UNSUPPORTED',
      `attribute ${name} among ${choices.join(', ')}`,
      value,
      'export the model with one of these',
    );
  }

  /** An axis counted from the front. Fails when the value of that rank has no such axis. */
  axis(axis: number, rank: number): number {
    const result = axis < 0 ? axis + rank : axis;
    if (Number.isInteger(axis) && result >= 0 && result < rank) return result;
    throw this.mismatch(`an axis from ${-rank} to ${rank - 1}`, String(axis));
  }

  /** Distinct axes counted from the front. */
  axes(axes: readonly number[], rank: number): number[] {
    const result = axes.map((axis) => this.axis(axis, rank));
    if (new Set(result).size === result.length) return result;
    throw this.mismatch('axes that are named once', formatShape(axes));
  }

  /** The content of a constant operand. Fails with `SHAPE_UNKNOWN` when only a run would tell it. */
  constant(index: number, name: string, types: TypeClass): Tensor {
    const { constant } = this.operand(index, name, types);
    if (constant !== undefined) return constant;
    throw this.error(
      'SHAPE_UNKNOWN',
      `a constant operand ${name}`,
      'one that is known only at run time',
      'export the model with fixed shapes',
    );
  }

  /** The integers of a constant operand of at most one axis; otherwise as `constant`. */
  integers(index: number, name: string, types: TypeClass): number[] {
    const constant = this.constant(index, name, types);
    if (constant.shape.length > 1 || constant.data.length > longestList) {
      throw this.mismatch(`a vector as operand ${name}`, formatShape(constant.shape));
    }
    return integersOf(constant);
  }

  /** As `integers`, or `undefined` when the operand is omitted. */
  optionalIntegers(index: number, name: string, types: TypeClass): number[] | undefined {
    return this.inputs[index] === undefined ? undefined : this.integers(index, name, types);
  }

  /** The one integer of a constant operand. */
  integer(index: number, name: string, types: TypeClass): number {
    const values = this.integers(index, name, types);
    if (values.length === 1) return values[0];
    throw this.mismatch(`one number as operand ${name}`, `${values.length}`);
  }

  /** A list attribute of one whole number of at least `least` per axis. */
  perAxis(name: string, rank: number, fallback: number, least: number): number[] {
    const values = this.attribute(name, 'ints', new Array<number>(rank).fill(fallback));
    if (values.length === rank && values.every((value) => value >= least)) return [...values];
    throw this.mismatch(
      `attribute ${name} of ${rank} numbers of at least ${least}`,
      formatShape(values),
    );
  }
}
