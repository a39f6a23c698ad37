import { MsanetError, int64, type Tensor } from '@msanet/tensor';
import { attributeOf } from '../attributes.js';
import { opsetOf, type Graph, type Model, type Node } from '../graph.js';
import { inferNode, type InferredValue } from '../inference/infer-node.js';
import { GraphScope } from './graph-scope.js';
import { sequenceOperators, type SequenceWriter } from './sequence-operators.js';

/** Rounds of one loop that are written out; a classifier of clips has a handful. */
const mostRounds = 4096;

/**
 * Writes out what a model decides or repeats by constants: a Loop as often as it runs, the branch of an If that is
 * taken, and lists of tensors as the tensors in them. Exporters leave such nodes behind where a network splits a
 * tensor or tells sizes apart, though nothing in them depends on the clip. The inputs' shapes must be fixed.
 *
 * @throws MsanetError `MODEL_UNSUPPORTED` when a count, a condition or a position depends on the input; what `inferNode`
 *   throws for any node
 */
export function inlineControlFlow(model: Model): Model {
  const isInlined = ({ domain, opType }: Node): boolean =>
    domain === '' && (opType === 'Loop' || opType === 'If' || sequenceOperators.has(opType));
  return model.graph.nodes.some(isInlined) ? new Inliner(model).run() : model;
}

class Inliner implements SequenceWriter {
  readonly sequences = new Map<string, readonly string[]>();
  readonly #model: Model;
  readonly #nodes: Node[] = [];
  readonly #initializers: Map<string, Tensor>;
  readonly #values = new Map<string, InferredValue>();

  constructor(model: Model) {
    this.#model = model;
    this.#initializers = new Map(model.graph.initializers);
    for (const [name, constant] of this.#initializers) this.#know(name, constant);
    for (const { name, dtype, shape } of model.graph.inputs) {
      this.#values.set(name, { dtype, shape: shape as readonly number[] });
    }
  }

  run(): Model {
    const { graph } = this.#model;
    this.#walk(graph.nodes, new GraphScope());
    return {
      ...this.#model,
      graph: { ...graph, nodes: this.#nodes, initializers: this.#initializers },
    };
  }

  emit(node: Node): void {
    this.#nodes.push(node);
    const { opsets } = this.#model;
    const opset = node.domain === '' ? opsetOf(this.#model) : (opsets.get(node.domain) ?? 1);
    const operands = node.inputs.map((name) => this.#values.get(name));
    inferNode(node, operands, opset).forEach((value, index) => {
      const name = node.outputs[index];
      if (name !== undefined && name !== '') this.#values.set(name, value);
    });
  }

  define(name: string, constant: Tensor): string {
    this.#initializers.set(name, constant);
    this.#know(name, constant);
    return name;
  }

  bind(name: string, source: string): void {
    const sequence = this.sequences.get(source);
    if (sequence !== undefined) {
      this.sequences.set(name, sequence);
      return;
    }
    const inputs = [source];
    this.emit({ name, opType: 'Identity', domain: '', inputs, outputs: [name], attributes: {} });
  }

  constantOf(name: string, what: string, node: Node): number[] {
    const constant = this.#values.get(name)?.constant;
    if (constant !== undefined) return Array.from(constant.data, Number);
    throw this.refusal(node, `a ${what} that is constant`, 'one that depends on the input');
  }

  lengthOf(name: string, axis: number): number {
    return this.#values.get(name)?.shape.at(axis) ?? 0;
  }

  #know(name: string, constant: Tensor): void {
    this.#values.set(name, { dtype: constant.dtype, shape: constant.shape, constant });
  }

  #walk(nodes: readonly Node[], scope: GraphScope): void {
    for (const original of nodes) {
      const node = scope.enter(original);
      const rewrite = node.domain === '' ? sequenceOperators.get(node.opType) : undefined;
      if (node.domain === '' && node.opType === 'Loop') this.#unroll(node, scope);
      else if (node.domain === '' && node.opType === 'If') this.#branch(node, scope);
      else if (rewrite !== undefined) rewrite(node, this);
      else if (node.opType === 'Identity' && this.sequences.has(node.inputs[0])) {
        this.bind(node.outputs[0], node.inputs[0]);
      } else this.emit(node);
    }
  }

  /** ONNX Loop: operands are the count, the condition and what is carried; so are the body's, whose count is the round's. */
  #unroll(node: Node, scope: GraphScope): void {
    const [count, condition = '', ...initial] = node.inputs;
    const body = this.#graphOf(node, 'body');
    const rounds = count === '' ? Infinity : this.constantOf(count, 'count', node)[0];
    let goes = condition === '' || this.constantOf(condition, 'condition', node)[0] !== 0;
    let carried: readonly string[] = initial;
    const collected: string[][] = [];
    for (let round = 0; round < rounds && goes; round++) {
      if (round === mostRounds) {
        throw this.refusal(node, `a loop of at most ${mostRounds} rounds`, 'a longer one');
      }
      const prefix = `${node.name}/${round}/`;
      const [counter, going, ...states] = body.inputs.map(({ name }) => name);
      const inner = scope.inside(prefix, [
        [counter, this.define(`${prefix}round`, int64([round], []))],
        [going, this.define(`${prefix}goes`, boolTrue)],
        ...states.map((name, index): [string, string] => [name, carried[index]]),
      ]);
      const [next, ...results] = this.#inline(body, inner);
      goes = this.constantOf(next, 'condition', node)[0] !== 0;
      carried = results.slice(0, initial.length);
      results.slice(initial.length).forEach((name, index) => (collected[index] ??= []).push(name));
    }
    node.outputs.forEach((name, index) => {
      if (name === '') return;
      if (index < initial.length) this.bind(name, carried[index]);
      else this.#stack(node, name, collected[index - initial.length] ?? []);
    });
  }

  /** ONNX If: the branch that the condition takes. */
  #branch(node: Node, scope: GraphScope): void {
    const taken = this.constantOf(node.inputs[0], 'condition', node)[0] !== 0;
    const graph = this.#graphOf(node, taken ? 'then_branch' : 'else_branch');
    const results = this.#inline(graph, scope.inside(`${node.name}/`, []));
    node.outputs.forEach((name, index) => {
      if (name !== '') this.bind(name, results[index]);
    });
  }

  /** Writes a graph out and returns what its outputs are called then. */
  #inline(graph: Graph, scope: GraphScope): string[] {
    for (const [name, constant] of graph.initializers) this.define(scope.own(name), constant);
    this.#walk(graph.nodes, scope);
    return graph.outputs.map(({ name }) => scope.resolve(name));
  }

  /** The values that a loop collects, along a new first axis. */
  #stack(node: Node, name: string, parts: readonly string[]): void {
    if (parts.length === 0) {
      throw this.refusal(node, 'a loop that collects values', 'one that never runs');
    }
    const sequence = `${name}/collected`;
    this.sequences.set(sequence, parts);
    sequenceOperators.get('ConcatFromSequence')?.(
      {
        ...node,
        name,
        inputs: [sequence],
        outputs: [name],
        attributes: { axis: { type: 'int', value: 0 }, new_axis: { type: 'int', value: 1 } },
      },
      this,
    );
  }

  #graphOf(node: Node, name: string): Graph {
    const graph = attributeOf(node.attributes, name, 'graph', undefined);
    if (graph !== undefined) return graph;
    throw this.refusal(node, `an attribute ${name}`, 'none');
  }

  refusal(node: Node, expected: string, got: string): MsanetError {
    return new MsanetError({
      code: 'MODEL_UNSUPPORTED',
      where: `graph ${this.#model.graph.name}: node ${node.name} (${node.opType})`,
      expected,
      got,
      remedy: 'export the model for fixed sizes, without that control flow',
    });
  }
}

const boolTrue: Tensor = { dtype: 'bool', shape: [], data: Uint8Array.of(1) };
