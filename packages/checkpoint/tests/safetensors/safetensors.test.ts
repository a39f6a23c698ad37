import {
  allocate,
  bytesPerElement,
  type DataType,
  float32,
  sizeOf,
  type Tensor,
} from '@msanet/tensor';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCheckpoint, writeSafetensors } from '../../src/index.js';
import { floats, safetensors } from '../support/checkpoint-bytes.js';
import { uint } from '../support/pickle-bytes.js';
import { invalidity } from '../support/rejection.js';

const names: Record<DataType, string> = {
  float32: 'F32',
  float64: 'F64',
  float16: 'F16',
  bfloat16: 'BF16',
  int8: 'I8',
  int16: 'I16',
  int32: 'I32',
  int64: 'I64',
  uint8: 'U8',
  uint16: 'U16',
  uint32: 'U32',
  uint64: 'U64',
  bool: 'BOOL',
};
const dataTypes = Object.keys(names) as DataType[];

/** Tensors of any element type and rank up to 3, with any bytes as elements (0 or 1 as bools). */
const anyTensor: fc.Arbitrary<Tensor> = fc
  .record({
    dtype: fc.constantFrom(...dataTypes),
    shape: fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 3 }),
    seed: fc.uint8Array({ minLength: 1, maxLength: 64 }),
  })
  .map(({ dtype, shape, seed }) => {
    const data = allocate(dtype, sizeOf(shape));
    const bytes = new Uint8Array(data.buffer);
    bytes.forEach((_byte, index) => {
      bytes[index] = dtype === 'bool' ? seed[index % seed.length] & 1 : seed[index % seed.length];
    });
    return { dtype, shape, data };
  });

const anyName = fc
  .string({ unit: 'grapheme', maxLength: 8 })
  .filter((name) => name !== '__metadata__');
const anyTensors = fc
  .array(fc.tuple(anyName, anyTensor), { maxLength: 6 })
  .map((all) => new Map(all));
const anyMetadata = fc
  .array(fc.tuple(fc.string(), fc.string()), { maxLength: 3 })
  .map((all) => new Map(all));

function bytesOf({ data }: Tensor): string {
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('hex');
}

describe('what is written', () => {
  it('is read back bit for bit', async () => {
    await fc.assert(
      fc.asyncProperty(anyTensors, anyMetadata, async (tensors, metadata) => {
        const checkpoint = await parseCheckpoint(writeSafetensors(tensors, metadata));
        expect(checkpoint.format).toBe('safetensors');
        expect(new Set(checkpoint.tensors.keys())).toEqual(new Set(tensors.keys()));
        expect(checkpoint.metadata).toEqual(metadata);
        for (const [name, { dtype, shape, data }] of checkpoint.tensors) {
          const original = tensors.get(name) as Tensor;
          expect([dtype, shape]).toEqual([original.dtype, original.shape]);
          expect(bytesOf({ dtype, shape, data })).toBe(bytesOf(original));
        }
      }),
      { seed: 20260101, numRuns: 200 },
    );
  });

  it('is laid out as the format says, every tensor aligned', () => {
    fc.assert(
      fc.property(anyTensors, anyMetadata, (tensors, metadata) => {
        const file = Buffer.from(writeSafetensors(tensors, metadata));
        const headerLength = Number(file.readBigUInt64LE(0));
        expect((8 + headerLength) % 8).toBe(0);
        const header = file.toString('utf8', 8, 8 + headerLength);
        expect(header).toMatch(/^\{.*\} *$/su);
        const { __metadata__: texts = {}, ...entries } = JSON.parse(header) as Record<
          string,
          { dtype: string; shape: number[]; data_offsets: [number, number] }
        >;
        expect(texts).toEqual(Object.fromEntries(metadata));
        expect(Object.keys(entries).sort()).toEqual([...tensors.keys()].sort());
        const data = file.subarray(8 + headerLength);
        let covered = 0;
        for (const [
          name,
          {
            dtype,
            shape,
            data_offsets: [begin, end],
          },
        ] of Object.entries(entries)) {
          const original = tensors.get(name) as Tensor;
          expect([dtype, shape]).toEqual([names[original.dtype], original.shape]);
          expect((8 + headerLength + begin) % bytesPerElement(original.dtype)).toBe(0);
          expect(data.toString('hex', begin, end)).toBe(bytesOf(original));
          covered += end - begin;
        }
        expect(covered).toBe(data.length);
      }),
      { seed: 20260102, numRuns: 200 },
    );
  });

  it('is the same for the same content in another order', () => {
    const [a, b] = [float32([1]), float32([2])];
    const one = writeSafetensors(new Map(Object.entries({ a, b })));
    expect(writeSafetensors(new Map(Object.entries({ b, a })))).toEqual(one);
  });

  it('is these bytes for one small tensor', () => {
    const header = '{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}';
    const padded = header.padEnd(56);
    const expected = Buffer.concat([uint(56, 8), Buffer.from(padded), floats(1, -2)]);
    const file = writeSafetensors(new Map([['w', float32([1, -2])]]));
    expect(Buffer.from(file).equals(expected)).toBe(true);
  });

  it('has no tensor called __metadata__', async () => {
    const write = async () => writeSafetensors(new Map([['__metadata__', float32([1])]]));
    expect(await invalidity(write())).toContain('got __metadata__');
  });

  it('is a view of the file once it is read', async () => {
    const file = writeSafetensors(new Map([['w', float32([1, 2])]]));
    const { tensors } = await parseCheckpoint(file, 'w', { memoryLimit: 0 });
    expect(tensors.get('w')?.data.buffer).toBe(file.buffer);
  });

  it('is read from any alignment', async () => {
    const file = writeSafetensors(new Map([['w', float32([1, 2])]]));
    const shifted = Buffer.concat([Buffer.alloc(1), file]).subarray(1);
    const { tensors } = await parseCheckpoint(shifted);
    expect(tensors.get('w')?.data).toEqual(Float32Array.of(1, 2));
  });
});

describe('a safetensors file is refused', () => {
  const w = { dtype: 'F32', shape: [2], data_offsets: [0, 8] };
  const v = { dtype: 'F32', shape: [1], data_offsets: [8, 12] };
  const twelve = floats(1, 2, 3);

  it('whose parts these are is read', async () => {
    const { tensors } = await parseCheckpoint(safetensors({ w, v }, twelve));
    expect([...tensors.values()].map(({ data }) => [...data])).toEqual([[1, 2], [3]]);
  });

  it.each<[string, Buffer, string]>([
    [
      'with a header longer than the file',
      Buffer.concat([uint(2 ** 40, 8), Buffer.from('{}')]),
      'a header of 1099511627776 bytes, got 2 bytes',
    ],
    [
      'with a header of more than 16 MiB',
      safetensors(`{${' '.repeat(2 ** 24)}}`),
      'a header of at most 16777216 bytes',
    ],
    ['with a header that is cut', safetensors('{"w":'), 'expected a JSON header'],
    [
      'with a header that is not UTF-8',
      Buffer.concat([uint(3, 8), Buffer.from('7b22ff', 'hex')]),
      'expected a JSON header',
    ],
    [
      'with a gap at the front',
      safetensors({ v }, twelve),
      'v: expected data from byte 0, got 8, which leaves a gap',
    ],
    [
      'with a gap inside',
      safetensors({ w, v: { ...v, data_offsets: [12, 16] } }, floats(1, 2, 3, 4)),
      'which leaves a gap',
    ],
    [
      'with an overlap',
      safetensors({ w, v: { ...v, data_offsets: [4, 8] } }, floats(1, 2)),
      'which leaves an overlap',
    ],
    [
      'with data that no tensor has',
      safetensors({ w }, twelve),
      'expected 8 bytes of data, got 12',
    ],
    [
      'with data that are missing',
      safetensors({ w, v }, floats(1)),
      'expected 12 bytes of data, got 4',
    ],
    [
      'with offsets in the wrong order',
      safetensors({ w: { ...w, data_offsets: [8, 0] } }, twelve),
      'w: expected 8 bytes for shape (2) of float32, got bytes 8 to 0',
    ],
    [
      'with a shape that needs other bytes',
      safetensors({ w: { ...w, shape: [3] } }, twelve),
      'expected 12 bytes for shape (3)',
    ],
    [
      'with a shape of 2^80 elements',
      safetensors({ w: { ...w, shape: [2 ** 40, 2 ** 40] } }, twelve),
      'w: expected',
    ],
    [
      'with a negative size',
      safetensors({ w: { ...w, shape: [-2] } }, twelve),
      'w: expected a shape of whole numbers',
    ],
    [
      'with a fractional size',
      safetensors({ w: { ...w, shape: [0.5] } }, twelve),
      'w: expected a shape of whole numbers',
    ],
    [
      'with no shape',
      safetensors({ w: { ...w, shape: null } }, twelve),
      'w: expected a shape of whole numbers',
    ],
    [
      'with one offset',
      safetensors({ w: { ...w, data_offsets: [0] } }, twelve),
      'w: expected two data offsets',
    ],
    [
      'with an element type that is not read',
      safetensors({ w: { ...w, dtype: 'F8_E4M3' } }, twelve),
      'w: expected an element type that is read, got F8_E4M3',
    ],
    ['with no element type', safetensors({ w: { ...w, dtype: 5 } }, twelve), 'got none'],
    [
      'with a tensor that is a number',
      safetensors({ w: 5 }),
      'w: expected a description of a tensor',
    ],
    [
      'with metadata that are no texts',
      safetensors({ __metadata__: { a: 1 } }),
      'expected text in __metadata__',
    ],
    [
      'with metadata that are a list',
      safetensors({ __metadata__: [] }),
      '__metadata__ as an object',
    ],
    [
      'with bools of 2',
      safetensors({ w: { dtype: 'BOOL', shape: [1], data_offsets: [0, 1] } }, Buffer.from([2])),
      'w: expected bools of 0 or 1',
    ],
  ])('%s', async (_name, file, expected) => {
    const sentence = await invalidity(parseCheckpoint(file, 'w.safetensors'));
    expect(sentence).toMatch(/^w\.safetensors: /);
    expect(sentence).toContain(expected);
  });
});
