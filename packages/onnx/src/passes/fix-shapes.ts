import { MsanetError, formatShape, type Shape } from '@msanet/tensor';
import type { Dimension, Model, ValueInfo } from '../graph.js';

/** The lengths that symbolic and absent dimensions get. */
export interface FixedShapes {
  /** Whole shapes by graph input. */
  readonly inputs?: Readonly<Record<string, Shape>>;
  /** Lengths by symbol, such as `{ batch: 1 }`. */
  readonly symbols?: Readonly<Record<string, number>>;
}

/**
 * Turns the symbolic dimensions of a model's inputs into numbers. A symbol that an input's shape fixes has the same
 * length wherever it occurs. The outputs' declared shapes follow as far as their symbols are fixed.
 *
 * @throws MsanetError `OPTION_INVALID` for an input or symbol that the model does not have, or a length that is not a
 *   whole number of at least 1; `SHAPE_MISMATCH` when a shape contradicts what the model declares or another shape;
 *   `SHAPE_UNKNOWN` when a dimension stays open
 */
export function fixShapes(model: Model, { inputs = {}, symbols = {} }: FixedShapes): Model {
  const { graph } = model;
  const bound = bindSymbols(graph.inputs, inputs, symbols);
  const fixedInputs = graph.inputs.map((input): ValueInfo => {
    const shape = inputs[input.name] ?? substitute(input.shape, bound);
    if (shape?.every((length) => typeof length === 'number') === true) return { ...input, shape };
    throw new MsanetError({
      code: 'SHAPE_UNKNOWN',
      where: `graph ${graph.name}: input ${input.name}`,
      expected: 'a length for every dimension',
      got: shape === undefined ? 'no shape' : formatDimensions(shape),
      remedy: 'give the shape of the input',
    });
  });
  const outputs = graph.outputs.map((output) => ({
    ...output,
    shape: substitute(output.shape, bound),
  }));
  return { ...model, graph: { ...graph, inputs: fixedInputs, outputs } };
}

function bindSymbols(
  declared: readonly ValueInfo[],
  inputs: Readonly<Record<string, Shape>>,
  symbols: Readonly<Record<string, number>>,
): ReadonlyMap<string, number> {
  const used = new Set(
    declared.flatMap(({ shape = [] }) => shape.filter((length) => typeof length === 'string')),
  );
  const bound = new Map<string, number>();
  for (const [symbol, length] of Object.entries(symbols)) {
    if (!used.has(symbol)) throw unknown('symbol', symbol, [...used]);
    checkLength(`symbol ${symbol}`, length);
    bound.set(symbol, length);
  }
  for (const [name, shape] of Object.entries(inputs)) {
    const input = declared.find((candidate) => candidate.name === name);
    if (input === undefined) {
      throw unknown(
        'input',
        name,
        declared.map((candidate) => candidate.name),
      );
    }
    for (const length of shape) checkLength(`input ${name}`, length);
    bindInput(input, shape, bound);
  }
  return bound;
}

/** Binds the symbols of one input's shape. Fails when the shape contradicts the declaration. */
function bindInput({ name, shape }: ValueInfo, given: Shape, bound: Map<string, number>): void {
  if (shape === undefined) return;
  const wanted = formatDimensions(substitute(shape, bound) ?? []);
  const fits =
    shape.length === given.length &&
    shape.every((declared, axis) => {
      if (typeof declared !== 'string') return declared === undefined || declared === given[axis];
      const length = bound.get(declared) ?? given[axis];
      bound.set(declared, length);
      return length === given[axis];
    });
  if (fits) return;
  throw new MsanetError({
    code: 'SHAPE_MISMATCH',
    where: `input ${name}`,
    expected: `a shape like ${wanted}`,
    got: formatShape(given),
    remedy: 'give a shape that the model takes',
  });
}

function substitute(
  shape: readonly Dimension[] | undefined,
  bound: ReadonlyMap<string, number>,
): readonly Dimension[] | undefined {
  return shape?.map((length) =>
    typeof length === 'string' ? (bound.get(length) ?? length) : length,
  );
}

function checkLength(where: string, length: number): void {
  if (Number.isSafeInteger(length) && length >= 1) return;
  throw new MsanetError({
    code: 'OPTION_INVALID',
    where,
    expected: 'lengths that are whole numbers of at least 1',
    got: String(length),
    remedy: 'correct the shape',
  });
}

function unknown(kind: string, name: string, known: readonly string[]): MsanetError {
  return new MsanetError({
    code: 'OPTION_INVALID',
    where: `${kind} ${name}`,
    expected: known.length > 0 ? `one of ${known.join(', ')}` : `a model that has a ${kind}`,
    got: `${name}, which the model does not have`,
    remedy: 'check the name',
  });
}

function formatDimensions(shape: readonly Dimension[]): string {
  return `(${shape.map((length) => length ?? '?').join(', ')})`;
}
