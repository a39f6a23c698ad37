import { int64, type MsanetError, type Tensor } from '@msanet/tensor';
import { attributeOf, int, type Attributes } from '../attributes.js';
import type { Node } from '../graph.js';

/** A graph that is written out, with the lists of tensors in it. */
export interface SequenceWriter {
  /** The tensors of each list, by the list's name. */
  readonly sequences: Map<string, readonly string[]>;
  /** Adds a node. */
  emit(node: Node): void;
  /** Adds an initializer and returns its name. */
  define(name: string, constant: Tensor): string;
  /** Gives a tensor or list a second name. */
  bind(name: string, source: string): void;
  /** The content of a constant. Throws when the value is none, calling it `what`. */
  constantOf(name: string, what: string, node: Node): number[];
  /** An error about a node that cannot be written out. */
  refusal(node: Node, expected: string, got: string): MsanetError;
  /** The length of a tensor's axis. */
  lengthOf(name: string, axis: number): number;
}

type Rewrite = (node: Node, writer: SequenceWriter) => void;

/** How the operators on lists of tensors are written without lists. */
export const sequenceOperators: ReadonlyMap<string, Rewrite> = new Map<string, Rewrite>([
  ['SequenceEmpty', ({ outputs }, { sequences }) => sequences.set(outputs[0], [])],
  ['SequenceConstruct', ({ inputs, outputs }, { sequences }) => sequences.set(outputs[0], inputs)],
  [
    'SequenceInsert',
    (node, writer) => {
      const items = itemsOf(node, writer);
      const at = positionOf(node, node.inputs[2], items.length, items.length, writer);
      writer.sequences.set(node.outputs[0], items.toSpliced(at, 0, node.inputs[1]));
    },
  ],
  [
    'SequenceErase',
    (node, writer) => {
      const items = itemsOf(node, writer);
      const at = positionOf(node, node.inputs[1], items.length - 1, items.length, writer);
      writer.sequences.set(node.outputs[0], items.toSpliced(at, 1));
    },
  ],
  [
    'SequenceAt',
    (node, writer) => {
      const items = itemsOf(node, writer);
      writer.bind(
        node.outputs[0],
        items[positionOf(node, node.inputs[1], -1, items.length, writer)],
      );
    },
  ],
  [
    'SequenceLength',
    (node, writer) => {
      writer.define(node.outputs[0], int64([itemsOf(node, writer).length], []));
    },
  ],
  ['SplitToSequence', splitToSequence],
  ['ConcatFromSequence', concatFromSequence],
]);

/** Pieces of the given lengths, of one given length, or of length one, whose axis may be dropped then. */
function splitToSequence(node: Node, writer: SequenceWriter): void {
  const [source, lengths = ''] = node.inputs;
  const axis = attributeOf(node.attributes, 'axis', 'int', 0);
  const keeps = attributeOf(node.attributes, 'keepdims', 'int', 1) !== 0 || lengths !== '';
  const total = writer.lengthOf(source, axis);
  const given = lengths === '' ? [1] : writer.constantOf(lengths, 'length of pieces', node);
  const pieces = given.length === 1 ? cut(total, given[0]) : given;
  const [sequence] = node.outputs;
  const parts = pieces.map((_, index) => `${sequence}/${index}`);
  const split = writer.define(`${sequence}/lengths`, int64(pieces));
  writer.emit(standard(node, 'Split', [source, split], parts, { axis: int(axis) }));
  if (keeps) {
    writer.sequences.set(sequence, parts);
    return;
  }
  const axes = writer.define(`${sequence}/axes`, int64([axis]));
  const squeezed = parts.map((part) => `${part}/squeezed`);
  parts.forEach((part, index) =>
    writer.emit(standard(node, 'Squeeze', [part, axes], [squeezed[index]], {}, index)),
  );
  writer.sequences.set(sequence, squeezed);
}

/** The tensors of a list side by side, along an axis that they have or a new one. */
function concatFromSequence(node: Node, writer: SequenceWriter): void {
  const [result] = node.outputs;
  const axis = attributeOf(node.attributes, 'axis', 'int', 0);
  let parts = itemsOf(node, writer);
  if (attributeOf(node.attributes, 'new_axis', 'int', 0) !== 0) {
    const axes = writer.define(`${result}/axes`, int64([axis]));
    parts = parts.map((part, index) => {
      const outputs = [`${result}/part/${index}`];
      writer.emit(standard(node, 'Unsqueeze', [part, axes], outputs, {}, index));
      return outputs[0];
    });
  }
  writer.emit(standard(node, 'Concat', parts, [result], { axis: int(axis) }));
}

function itemsOf({ inputs }: Node, { sequences }: SequenceWriter): readonly string[] {
  return sequences.get(inputs[0]) ?? [];
}

/** A position in a list, which may be counted from its end. */
function positionOf(
  node: Node,
  name: string | undefined,
  fallback: number,
  length: number,
  writer: SequenceWriter,
): number {
  if (name === undefined || name === '') return fallback;
  const [given] = writer.constantOf(name, 'position', node);
  const position = given < 0 ? given + length : given;
  // To insert behind the last one is fine; its position is the fallback.
  if (position >= 0 && (position < length || position === fallback)) return position;
  throw writer.refusal(node, `a position in a list of ${length}`, String(given));
}

/** Lengths of pieces of `size` that make up `total`; the last one may be shorter. */
function cut(total: number, size: number): number[] {
  return Array.from({ length: Math.ceil(total / size) }, (_, index) =>
    Math.min(size, total - index * size),
  );
}

function standard(
  { name }: Node,
  opType: string,
  inputs: readonly string[],
  outputs: readonly string[],
  attributes: Attributes,
  index?: number,
): Node {
  const own = index === undefined ? name : `${name}/${index}`;
  return { name: own, opType, domain: '', inputs, outputs, attributes };
}
