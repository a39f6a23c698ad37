import type { Node } from '../graph.js';

/**
 * What the values of a graph inside a node are called once it is written out into the graph around it. A graph can read
 * the values of those around it.
 */
export class GraphScope {
  readonly #prefix: string;
  readonly #outer: GraphScope | undefined;
  readonly #names: Map<string, string>;

  /** @param prefix put before the names of the graph's own values */
  constructor(prefix = '', outer?: GraphScope, names: readonly (readonly [string, string])[] = []) {
    this.#prefix = prefix;
    this.#outer = outer;
    this.#names = new Map(names);
  }

  /**
   * The scope of a graph inside a node of this one.
   *
   * @param inputs the graph's inputs with the values that they are given
   */
  inside(prefix: string, inputs: readonly (readonly [string, string])[]): GraphScope {
    return new GraphScope(prefix, this, inputs);
  }

  /** The new name of a value that the graph defines. */
  own(name: string): string {
    const renamed = this.#prefix + name;
    this.#names.set(name, renamed);
    return renamed;
  }

  /** The new name of a value that the graph reads. */
  resolve(name: string): string {
    return this.#names.get(name) ?? this.#outer?.resolve(name) ?? name;
  }

  /** A node with its values' new names. */
  enter(node: Node): Node {
    return {
      ...node,
      name: this.#prefix + node.name,
      inputs: node.inputs.map((name) => (name === '' ? '' : this.resolve(name))),
      outputs: node.outputs.map((name) => (name === '' ? '' : this.own(name))),
    };
  }
}
