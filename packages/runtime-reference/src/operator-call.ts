import { MsanetError, normalizeAxis, type ErrorCode } from '@msanet/tensor';
import { attributeOf, type AttributeValues, type Node } from '@msanet/onnx';
import type { NdArray } from './ndarray.js';

/** One execution of a node: its operands and attributes, with the checks that every operator needs. */
export class OperatorCall {
  readonly node: Node;
  /** Version of the operator set that the model imports. */
  readonly opset: number;
  readonly #operands: readonly (NdArray | undefined)[];

  constructor(node: Node, opset: number, operands: readonly (NdArray | undefined)[]) {
    this.node = node;
    this.opset = opset;
    this.#operands = operands;
  }

  /** The node as error sentences name it. */
  get where(): string {
    return `node ${this.node.name} (${this.node.opType}, opset ${this.opset})`;
  }

  /** All operands that are present, in order; for the variadic operators. */
  get operands(): NdArray[] {
    return this.#operands.filter((operand) => operand !== undefined);
  }

  /** An operand that must be present. */
  input(index: number): NdArray {
    const operand = this.#operands[index];
    if (operand) return operand;
    throw this.error('GRAPH_INVALID', `an input ${index}`, 'none', 'connect the input');
  }

  /** An operand that may be omitted. */
  optional(index: number): NdArray | undefined {
    return this.#operands[index];
  }

  /** The elements of an integer operand such as axes or sizes; undefined when it is omitted. */
  integers(index: number): number[] | undefined {
    const operand = this.#operands[index];
    return operand && Array.from(operand.data);
  }

  /** The single element of an operand. */
  scalar(index: number): number {
    const { data } = this.input(index);
    if (data.length === 1) return data[0];
    throw this.error(
      'SHAPE_MISMATCH',
      `a scalar input ${index}`,
      `${data.length} elements`,
      'pass one number',
    );
  }

  int(name: string, fallback: number): number {
    return attributeOf(this.node.attributes, name, 'int', fallback);
  }

  float(name: string, fallback: number): number {
    return attributeOf(this.node.attributes, name, 'float', fallback);
  }

  string(name: string, fallback: string): string {
    return attributeOf(this.node.attributes, name, 'string', fallback);
  }

  ints(name: string): readonly number[] | undefined {
    return attributeOf(this.node.attributes, name, 'ints', undefined);
  }

  /** An attribute that must be present. */
  required<T extends keyof AttributeValues>(name: string, type: T): AttributeValues[T] {
    const value = attributeOf(this.node.attributes, name, type, undefined);
    if (value !== undefined) return value;
    throw this.error('GRAPH_INVALID', `an attribute ${name}`, 'none', 'set the attribute');
  }

  /**
   * Axes of an operator that took them as an attribute before opset `operandSince`, and takes them as an operand from then
   * on; undefined when it names none.
   */
  axes(operandIndex: number, operandSince: number): readonly number[] | undefined {
    const asOperand = this.opset >= operandSince;
    const misplaced = asOperand ? this.ints('axes') : this.#operands[operandIndex];
    if (misplaced) {
      throw this.error(
        'GRAPH_INVALID',
        `axes as an ${asOperand ? 'operand' : 'attribute'} in this opset`,
        `an ${asOperand ? 'attribute' : 'operand'}`,
        'convert the node to the opset that the model imports',
      );
    }
    return asOperand ? this.integers(operandIndex) : this.ints('axes');
  }

  /** An axis counted from the front. */
  axis(axis: number, rank: number): number {
    return normalizeAxis(axis, rank, this.where);
  }

  /** An error about this node, for the caller to throw. */
  error(code: ErrorCode, expected: string, got: string, remedy: string): MsanetError {
    return new MsanetError({ code, where: this.where, expected, got, remedy });
  }

  /** An error about operands whose shapes do not fit. */
  shapeError(expected: string, got: string): MsanetError {
    return this.error('SHAPE_MISMATCH', expected, got, 'correct the shapes of the operands');
  }

  /** An error about a form of the operator that this runtime does not compute. */
  unsupported(expected: string, got: string): MsanetError {
    return this.error('OPERATOR_UNSUPPORTED', expected, got, 'rewrite the graph without it');
  }
}

/** Computes a node: returns its output, or its outputs in order. */
export type OperatorKernel = (call: OperatorCall) => NdArray | readonly NdArray[];
