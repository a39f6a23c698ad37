import {
  MsanetError,
  formatShape,
  sameShape,
  type DataType,
  type Shape,
  type Tensor,
} from '@msanet/tensor';
import type { Attributes } from './attributes.js';
import { opsetOf, type Graph, type Model, type Node, type ValueInfo } from './graph.js';
import { inferNode } from './inference/infer-node.js';
import { inferGraph } from './inference/infer-graph.js';

/** A value of a graph under construction: its name, element type and fixed shape, and its content where known. */
export interface Value {
  readonly name: string;
  readonly dtype: DataType;
  readonly shape: Shape;
  /** The content, where it is known while building: initializers and what shape arithmetic makes of them. */
  readonly constant?: Tensor;
}

/** The operator set that graphs of this project are written in. */
export const defaultOpset = 17;
const irVersion = 8;

/**
 * Builds a graph node by node. Every node's output shapes and element types are inferred when it is added, so a
 * mistake is reported where it is made, with the node's name.
 */
export class GraphBuilder {
  readonly opset: number;
  readonly #name: string;
  readonly #nodes: Node[] = [];
  readonly #inputs: ValueInfo[] = [];
  readonly #outputs: ValueInfo[] = [];
  readonly #initializers = new Map<string, Tensor>();
  readonly #values = new Map<string, Value>();
  readonly #opsets: Map<string, number>;
  readonly #metadata = new Map<string, string>();
  readonly #used = new Set<string>();
  readonly #serial = new Map<string, number>();

  constructor(options: { readonly name?: string; readonly opset?: number } = {}) {
    this.#name = options.name ?? 'graph';
    this.opset = options.opset ?? defaultOpset;
    this.#opsets = new Map([['', this.opset]]);
  }

  /** Goes on building from a finished model of fixed shapes; its outputs stay outputs. */
  static from(model: Model): GraphBuilder {
    const builder = new GraphBuilder({ name: model.graph.name, opset: opsetOf(model) });
    for (const [domain, version] of model.opsets) builder.#opsets.set(domain, version);
    for (const [key, value] of model.metadata) builder.#metadata.set(key, value);
    for (const [name, value] of inferGraph(model)) {
      builder.#values.set(name, { name, ...value });
      builder.#used.add(name);
    }
    for (const node of model.graph.nodes) builder.#used.add(node.name);
    for (const [name, value] of model.graph.initializers) builder.#initializers.set(name, value);
    builder.#nodes.push(...model.graph.nodes);
    builder.#inputs.push(...model.graph.inputs);
    builder.#outputs.push(...model.graph.outputs);
    return builder;
  }

  /** The nodes so far, in the order of execution. */
  get nodes(): readonly Node[] {
    return this.#nodes;
  }

  /** The value of that name, if the graph has it. */
  find(name: string): Value | undefined {
    return this.#values.get(name);
  }

  /** Declares a graph input of fixed shape. */
  input(name: string, dtype: DataType, shape: Shape): Value {
    this.#claim(name);
    this.#inputs.push({ name, dtype, shape });
    return this.#keep({ name, dtype, shape });
  }

  /** Adds a tensor as an initializer; `name` is made unique. */
  constant(value: Tensor, name = 'constant'): Value {
    const unique = this.uniqueName(name);
    this.#initializers.set(unique, value);
    return this.#keep({ name: unique, dtype: value.dtype, shape: value.shape, constant: value });
  }

  /**
   * Adds a node with one output and returns it.
   *
   * @param inputs the operands; `undefined` omits an optional one
   * @param name base name of the node and its output; made unique
   * @throws MsanetError `OPERATOR_UNSUPPORTED`, `SHAPE_MISMATCH`, `DTYPE_MISMATCH` or `SHAPE_UNKNOWN`, naming the node
   */
  apply(
    opType: string,
    inputs: readonly (Value | undefined)[],
    attributes: Attributes = {},
    name = opType.toLowerCase(),
  ): Value {
    return this.applyMany(opType, inputs, attributes, 1, name)[0];
  }

  /** Adds a node with several outputs and returns them; otherwise as `apply`. */
  applyMany(
    opType: string,
    inputs: readonly (Value | undefined)[],
    attributes: Attributes = {},
    outputCount = 1,
    name = opType.toLowerCase(),
    domain = '',
  ): Value[] {
    const base = this.uniqueName(name);
    const outputs =
      outputCount === 1
        ? [base]
        : Array.from({ length: outputCount }, (_, index) => this.uniqueName(`${base}.${index}`));
    const operands = [...inputs];
    while (operands.length > 0 && operands[operands.length - 1] === undefined) operands.pop();
    const node: Node = {
      name: base,
      opType,
      domain,
      inputs: operands.map((operand) => operand?.name ?? ''),
      outputs,
      attributes,
    };
    const types = inferNode(node, operands, this.#opsets.get(domain) ?? this.opset);
    this.#nodes.push(node);
    return outputs.map((output, index) => this.#keep({ name: output, ...types[index] }));
  }

  /**
   * Declares a value as a graph output, under another name if one is given.
   *
   * @returns the value under its output name
   */
  output(value: Value, name?: string): Value {
    let result = value;
    if (name !== undefined && name !== value.name) {
      this.#claim(name);
      const node: Node = {
        name,
        opType: 'Identity',
        domain: '',
        inputs: [value.name],
        outputs: [name],
        attributes: {},
      };
      this.#nodes.push(node);
      result = this.#keep({ ...value, name });
    }
    this.#outputs.push({ name: result.name, dtype: result.dtype, shape: result.shape });
    return result;
  }

  /** Forgets the declared outputs, so that another set can be declared. */
  clearOutputs(): void {
    this.#outputs.length = 0;
  }

  /** Stores a text with the model, under `metadata_props`. */
  metadata(key: string, value: string): void {
    this.#metadata.set(key, value);
  }

  /** A value name that nothing in the graph has yet. */
  uniqueName(base: string): string {
    let name = base;
    while (this.#used.has(name)) {
      const serial = (this.#serial.get(base) ?? 0) + 1;
      this.#serial.set(base, serial);
      name = `${base}_${serial}`;
    }
    this.#used.add(name);
    return name;
  }

  /** Fails unless the value has that shape; `what` names it in the sentence. */
  expectShape(value: Value, shape: Shape, what: string): void {
    if (sameShape(value.shape, shape)) return;
    throw new MsanetError({
      code: 'SHAPE_MISMATCH',
      where: `${this.#name}: ${what}`,
      expected: `shape ${formatShape(shape)}`,
      got: formatShape(value.shape),
      remedy: 'correct the node that makes it',
    });
  }

  /** The finished model. The builder can go on afterwards; what was built stays as it was. */
  build(): Model {
    const graph: Graph = {
      name: this.#name,
      nodes: [...this.#nodes],
      inputs: [...this.#inputs],
      outputs: [...this.#outputs],
      initializers: new Map(this.#initializers),
    };
    return {
      irVersion,
      producer: 'msanet',
      opsets: new Map(this.#opsets),
      graph,
      metadata: new Map(this.#metadata),
    };
  }

  #claim(name: string): void {
    if (this.#used.has(name)) {
      throw new MsanetError({
        code: 'GRAPH_INVALID',
        where: `${this.#name}: value ${name}`,
        expected: 'a name that is not taken',
        got: 'a second value of that name',
        remedy: 'choose another name',
      });
    }
    this.#used.add(name);
  }

  #keep(value: Value): Value {
    this.#values.set(value.name, value);
    return value;
  }
}
