import { attributeOf, ints, type Model, type Node, type Value } from '@msanet/onnx';

/** Operators on images whose result ONNX Runtime always holds in blocks of channels. */
const blocking: ReadonlySet<string> = new Set(['Conv', 'MaxPool', 'AveragePool']);
/** Operators that leave the layout of their only operand as it is. */
const following: ReadonlySet<string> = new Set([
  'Relu',
  'Sigmoid',
  'Tanh',
  'HardSigmoid',
  'Clip',
  'LeakyRelu',
]);
/** Operators whose result is in blocks where all operands are, and in rows where one is. */
const joining: ReadonlySet<string> = new Set(['Add', 'Mul', 'Sum']);

/** Runtimes hold channels in blocks where their number is a multiple of this. */
const alignment = 4;
/** Concat keeps whole blocks of up to so many channels. */
const block = 16;

/**
 * Lets sums and products of images stay in blocks of channels.
 *
 * ONNX Runtime computes convolutions and pools with the channels in blocks, and keeps that layout through elementwise
 * operators only while all operands have it. Where one of them lies in rows, as a product of matrices, a Concat or a
 * ConvTranspose leaves it, all others are brought into rows and the result back into blocks. Here the one operand is
 * brought into blocks instead: by an AveragePool over single elements, which copies them.
 *
 * @param find the values of the graph
 */
export function keepBlocks(model: Model, find: (name: string) => Value | undefined): Model {
  const { graph } = model;
  const layouts = new Layouts(graph.nodes, find);
  const nodes: Node[] = [];
  const anchors = new Map<string, string>();
  for (const node of graph.nodes) {
    const operands = layouts.worthBlocking(node, (name) => anchors.has(name));
    for (const name of operands) {
      if (anchors.has(name)) continue;
      const anchor = `${name}.blocked`;
      anchors.set(name, anchor);
      nodes.push(averageOfSingleElements(name, anchor));
    }
    const inputs = node.inputs.map((name) =>
      operands.includes(name) ? (anchors.get(name) ?? name) : name,
    );
    nodes.push({ ...node, inputs });
    layouts.add(node, operands);
  }
  return { ...model, graph: { ...graph, nodes } };
}

function averageOfSingleElements(input: string, output: string): Node {
  const attributes = { kernel_shape: ints([1, 1]) };
  return {
    name: output,
    opType: 'AveragePool',
    domain: '',
    inputs: [input],
    outputs: [output],
    attributes,
  };
}

/** Which values ONNX Runtime holds in blocks. */
class Layouts {
  readonly #find: (name: string) => Value | undefined;
  readonly #readers = new Map<string, Node[]>();
  readonly #blocked = new Set<string>();

  constructor(nodes: readonly Node[], find: (name: string) => Value | undefined) {
    this.#find = find;
    for (const node of nodes) {
      for (const name of new Set(node.inputs)) {
        this.#readers.set(name, [...(this.#readers.get(name) ?? []), node]);
      }
    }
  }

  /** Takes note of a node, some of whose operands have been brought into blocks. */
  add(node: Node, anchored: readonly string[]): void {
    const operands = node.inputs.filter((name) => !anchored.includes(name));
    if (this.#isBlocked(node, operands)) this.#blocked.add(node.outputs[0]);
  }

  /**
   * The operands in rows, where to bring them into blocks takes fewer changes of layout than to bring the others into
   * rows and the result back.
   *
   * @param anchored whether an operand is in blocks already, for another node
   */
  worthBlocking(node: Node, anchored: (name: string) => boolean): readonly string[] {
    if (!joining.has(node.opType) || !this.#joinsImages(node)) return [];
    const operands = [...new Set(node.inputs)];
    const inRows = operands.filter((name) => !this.#blocked.has(name));
    const inBlocks = operands.length - inRows.length;
    const missing = inRows.filter((name) => !anchored(name));
    const back = this.#wantsBlocks(node.outputs[0]) ? 1 : 0;
    const constant = inRows.some((name) => this.#find(name)?.constant !== undefined);
    return !constant && inBlocks > 0 && inBlocks + back > missing.length ? inRows : [];
  }

  #isBlocked(node: Node, operands: readonly string[]): boolean {
    const { opType, domain, outputs } = node;
    if (domain !== '' || !this.#isImages(outputs[0])) return false;
    if (blocking.has(opType)) return opType !== 'Conv' || this.#hasConstantWeights(node);
    if (following.has(opType)) return this.#blocked.has(operands[0]);
    const all = operands.every((name) => this.#blocked.has(name));
    if (joining.has(opType)) return all && this.#joinsImages(node);
    const alongChannels =
      opType === 'Concat' && attributeOf(node.attributes, 'axis', 'int', 0) === 1;
    const inWholeBlocks = (name: string): boolean =>
      (this.#find(name)?.shape[1] ?? 0) % block === 0;
    return alongChannels && all && operands.every(inWholeBlocks);
  }

  #hasConstantWeights({ inputs, attributes }: Node): boolean {
    const weight = this.#find(inputs[1]);
    const group = attributeOf(attributes, 'group', 'int', 1);
    return weight?.constant !== undefined && (group === 1 || group === weight.shape[0]);
  }

  /** Whether all operands are images of the result's shape. */
  #joinsImages({ inputs, outputs }: Node): boolean {
    const shape = this.#find(outputs[0])?.shape.join();
    return (
      this.#isImages(outputs[0]) && inputs.every((name) => this.#find(name)?.shape.join() === shape)
    );
  }

  #isImages(name: string): boolean {
    const value = this.#find(name);
    return (
      value?.dtype === 'float32' && value.shape.length === 4 && value.shape[1] % alignment === 0
    );
  }

  /** Whether something that computes in blocks reads a value, or a sum or a product that it goes into. */
  #wantsBlocks(name: string): boolean {
    return (this.#readers.get(name) ?? []).some((reader) => {
      if (blocking.has(reader.opType)) return reader.inputs[0] === name;
      if (!joining.has(reader.opType) && !following.has(reader.opType)) return false;
      return this.#joinsImages(reader) && this.#wantsBlocks(reader.outputs[0]);
    });
  }
}
