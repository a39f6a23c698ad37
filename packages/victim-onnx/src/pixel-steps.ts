import type { Model, Node } from '@msanet/onnx';
import type { Tensor } from '@msanet/tensor';
import type { ValueRange } from './value-range.js';

/** What a model does to its pixels before anything else. */
export interface PixelSteps {
  /** The nodes that shift or scale them by constants, in order; none when it takes normalised values. */
  readonly nodes: readonly Node[];
  /** The range of values that those constants belong to. */
  readonly range: ValueRange | undefined;
}

/** Operators that only move values. */
const moves: ReadonlySet<string> = new Set([
  'Identity',
  'Reshape',
  'Transpose',
  'Squeeze',
  'Unsqueeze',
  'Flatten',
]);
const steps: ReadonlySet<string> = new Set(['Sub', 'Add', 'Mul', 'Div']);

/**
 * Finds the normalisation that a model may begin with: Sub, Add, Mul and Div with constants.
 *
 * Constants above 4 belong to values up to 255, smaller ones to values up to 1, since means lie among the values and
 * deviations are below them.
 *
 * @param input the name of the model's input
 */
export function pixelSteps({ graph }: Model, input: string): PixelSteps {
  const nodes: Node[] = [];
  const constants: number[] = [];
  let value = input;
  for (;;) {
    const readers = graph.nodes.filter(({ inputs }) => inputs.includes(value));
    const [reader] = readers;
    if (readers.length !== 1) break;
    const other = reader.inputs.find((name) => name !== value) ?? '';
    const constant = graph.initializers.get(other);
    if (steps.has(reader.opType) && constant !== undefined) {
      nodes.push(reader);
      constants.push(...subtractedAndDivided(reader.opType, constant));
    } else if (!moves.has(reader.opType)) break;
    [value] = reader.outputs;
  }
  if (nodes.length === 0) return { nodes, range: undefined };
  return { nodes, range: constants.some((size) => size > 4) ? '0..255' : '0..1' };
}

/** Sizes of what is subtracted and what is divided by. */
function subtractedAndDivided(opType: string, { data }: Tensor): number[] {
  const sizes = Array.from(data as Iterable<number | bigint>, (value) => Math.abs(Number(value)));
  return opType === 'Mul' ? sizes.filter((size) => size > 0).map((size) => 1 / size) : sizes;
}
