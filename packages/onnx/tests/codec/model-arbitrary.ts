import fc from 'fast-check';
import { allocate, bytesPerElement, sizeOf, type DataType, type Tensor } from '@msanet/tensor';
import type { Attribute, Dimension, Graph, Model, Node, ValueInfo } from '../../src/index.js';

const dtypes: readonly DataType[] = [
  ...(['float32', 'float64', 'float16', 'bfloat16', 'int8', 'int16', 'int32', 'int64'] as const),
  ...(['uint8', 'uint16', 'uint32', 'uint64', 'bool'] as const),
];
const text = fc.string({ unit: 'grapheme', maxLength: 6 });
const integer = fc.maxSafeInteger();
const real = fc.float();

const tensors: fc.Arbitrary<Tensor> = fc
  .record({
    dtype: fc.constantFrom(...dtypes),
    shape: fc.array(fc.nat(3), { maxLength: 3 }),
    seed: fc.uint8Array({ minLength: 216, maxLength: 216 }),
  })
  .map(({ dtype, shape, seed }) => {
    const data = allocate(dtype, sizeOf(shape));
    const bytes = new Uint8Array(data.buffer);
    bytes.set(seed.subarray(0, sizeOf(shape) * bytesPerElement(dtype)));
    if (dtype === 'bool') bytes.forEach((byte, index) => (bytes[index] = byte & 1));
    return { dtype, shape, data };
  });

const dimension: fc.Arbitrary<Dimension> = fc.oneof(
  fc.nat(9),
  fc.string({ minLength: 1, maxLength: 3 }),
  fc.constant(undefined),
);

const attribute = (depth: number): fc.Arbitrary<Attribute> =>
  fc.oneof(
    integer.map((value): Attribute => ({ type: 'int', value })),
    real.map((value): Attribute => ({ type: 'float', value })),
    text.map((value): Attribute => ({ type: 'string', value })),
    tensors.map((value): Attribute => ({ type: 'tensor', value })),
    fc.array(integer).map((value): Attribute => ({ type: 'ints', value })),
    fc.array(real).map((value): Attribute => ({ type: 'floats', value })),
    fc.array(text).map((value): Attribute => ({ type: 'strings', value })),
    fc.array(tensors, { maxLength: 2 }).map((value): Attribute => ({ type: 'tensors', value })),
    ...(depth > 0
      ? [
          graphs(depth - 1).map((value): Attribute => ({ type: 'graph', value })),
          fc
            .array(graphs(depth - 1), { maxLength: 2 })
            .map((value): Attribute => ({ type: 'graphs', value })),
        ]
      : []),
  );

const valueInfo = (name: string): fc.Arbitrary<ValueInfo> =>
  fc.record({
    name: fc.constant(name),
    dtype: fc.constantFrom(...dtypes),
    shape: fc.option(fc.array(dimension, { maxLength: 3 }), { nil: undefined }),
  });

/** A chain of nodes, each of which reads some of the values before it. */
const graphs = (depth: number): fc.Arbitrary<Graph> =>
  fc
    .record({
      name: text,
      inputs: fc.tuple(valueInfo('input0'), valueInfo('input1')),
      initializers: fc.dictionary(
        fc.string({ maxLength: 4 }).map((name) => `weight ${name}`),
        tensors,
        { maxKeys: 2 },
      ),
      kinds: fc.array(
        fc.record({
          opType: fc.string({ minLength: 1, maxLength: 5 }),
          domain: fc.constantFrom('', 'com.microsoft'),
          reads: fc.array(fc.nat(20), { maxLength: 3 }),
          attributes: fc.dictionary(fc.string({ maxLength: 4 }), attribute(depth), { maxKeys: 3 }),
        }),
        { maxLength: 4 },
      ),
      output: valueInfo('input0'),
    })
    .map(({ name, inputs, initializers, kinds, output }) => {
      const known = ['', ...inputs.map((input) => input.name), ...Object.keys(initializers)];
      const nodes = kinds.map(({ opType, domain, reads, attributes }, index): Node => {
        const node: Node = {
          name: `node ${index}`,
          opType,
          domain,
          inputs: reads.map((at) => known[at % known.length]),
          outputs: [`value ${index}`, ''],
          attributes: Object.fromEntries(Object.entries(attributes)),
        };
        known.push(`value ${index}`);
        return node;
      });
      const outputs = [{ ...output, name: known[known.length - 1] }];
      return { name, nodes, inputs, outputs, initializers: new Map(Object.entries(initializers)) };
    });

/** Models of every kind that the file format can hold. */
export const models: fc.Arbitrary<Model> = fc
  .record({
    irVersion: fc.integer({ min: 3, max: 12 }),
    producer: text,
    opset: fc.integer({ min: 13, max: 24 }),
    graph: graphs(2),
    metadata: fc.dictionary(text, text),
  })
  .map(({ irVersion, producer, opset, graph, metadata }) => ({
    irVersion,
    producer,
    opsets: new Map([
      ['', opset],
      ['com.microsoft', 1],
    ]),
    graph,
    metadata: new Map(Object.entries(metadata)),
  }));
