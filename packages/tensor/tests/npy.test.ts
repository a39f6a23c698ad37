import { describe, expect, it } from 'vitest';
import {
  Random,
  allocate,
  bytesPerElement,
  isMsanetError,
  readNpy,
  sizeOf,
  writeNpy,
  type DataType,
  type Tensor,
} from '@msanet/tensor';
import { bytesOf, golden } from './golden/numpy.js';
import { refusal } from './refusal.js';

const dtypes = golden.npy.slice(0, 12).map(({ dtype }) => dtype);

/** The bytes of a typed array. */
function rawBytes({ data }: Tensor): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

/** A version-1 file with that header text and body. */
function fileWith(header: string, body = new Uint8Array(64), version = 1): Uint8Array {
  const text = new TextEncoder().encode(header);
  const length = version === 1 ? [text.length & 255, text.length >>> 8] : [text.length, 0, 0, 0];
  return Uint8Array.from([0x93, 78, 85, 77, 80, 89, version, 0, ...length, ...text, ...body]);
}

describe('.npy files of NumPy', () => {
  it.each(golden.npy)('$dtype $shape is read', ({ dtype, shape, elements, file }) => {
    const value = readNpy(bytesOf(file));
    expect(value.dtype).toBe(dtype);
    expect(value.shape).toEqual(shape);
    expect(rawBytes(value)).toEqual(bytesOf(elements));
  });

  it.each(golden.npy)('$dtype $shape is written byte for byte', ({ dtype, shape, ...saved }) => {
    const data = allocate(dtype, sizeOf(shape));
    new Uint8Array(data.buffer).set(bytesOf(saved.elements));
    expect(writeNpy({ dtype, shape, data })).toEqual(bytesOf(saved.file));
  });

  it.each(Object.entries(golden.refused))('%s is refused', (_, file) => {
    const error = refusal(() => readNpy(bytesOf(file), 'clip.npy'));
    expect(error.code).toBe('NPY_INVALID');
    expect(error.message).toMatch(/^clip\.npy: expected a little-endian \.npy array in C order/);
  });
});

describe('readNpy and writeNpy', () => {
  it('round-trip every element type and rank', () => {
    const random = new Random(7);
    for (let round = 0; round < 100; round++) {
      const dtype = dtypes[random.integer(dtypes.length)];
      const shape = Array.from({ length: random.integer(6) }, () => random.integer(4));
      const data = allocate(dtype, sizeOf(shape));
      const raw = new Uint8Array(data.buffer);
      for (let index = 0; index < raw.length; index++) raw[index] = random.integer(256);
      const back = readNpy(writeNpy({ dtype, shape, data }));
      expect(back.dtype).toBe(dtype);
      expect(back.shape).toEqual(shape);
      expect(rawBytes(back)).toEqual(raw);
    }
  });

  it('write views without their surroundings, and read at any offset', () => {
    const data = Float32Array.of(9, 1, 2, 9).subarray(1, 3);
    const file = writeNpy({ dtype: 'float32', shape: [2], data });
    const shifted = new Uint8Array(file.length + 3);
    shifted.set(file, 3);
    const value = readNpy(shifted.subarray(3));
    expect(value.data).toEqual(Float32Array.of(1, 2));
  });

  it('have no bfloat16', () => {
    const value = { dtype: 'bfloat16', shape: [1], data: new Uint16Array(1) } as const;
    expect(refusal(() => writeNpy(value)).code).toBe('NPY_INVALID');
  });

  it.each([2, 3])('reads format version %d', (version) => {
    const header = "{'descr': '|u1', 'fortran_order': False, 'shape': (3,), }\n";
    const value = readNpy(fileWith(header, Uint8Array.of(7, 8, 9), version));
    expect(value.data).toEqual(Uint8Array.of(7, 8, 9));
  });
});

describe('damaged .npy files', () => {
  const header = (shape: string): string =>
    `{'descr': '<f4', 'fortran_order': False, 'shape': ${shape}, }\n`;

  it.each([
    ['an empty file', new Uint8Array(0)],
    ['another signature', new TextEncoder().encode('PK\u0003\u0004 not an array at all')],
    ['format version 0', fileWith(header('(2,)'), undefined, 0)],
    ['format version 4', fileWith(header('(2,)'), undefined, 4)],
    ['a header that is cut off', fileWith(header('(2,)')).subarray(0, 30)],
    ['a body that is cut off', fileWith(header('(5, 4)'))],
    ['no shape', fileWith("{'descr': '<f4', 'fortran_order': False, }")],
    ['no byte order', fileWith("{'fortran_order': False, 'shape': (2,), }")],
    ['no memory order', fileWith("{'descr': '<f4', 'shape': (2,), }")],
    ['a negative length', fileWith(header('(-1,)'))],
    ['a length without a comma', fileWith(header('(3 4)'))],
    ['a length that is a letter', fileWith(header('(L)'))],
    ['a length beyond every file', fileWith(header('(99999999999999999999,)'))],
    ['a length beyond every number', fileWith(header(`(0, ${'9'.repeat(400)})`))],
    ['lengths whose product overflows', fileWith(header('(4294967296, 4294967296, 4096)'))],
  ])('%s', (_, file) => {
    expect(refusal(() => readNpy(file)).code).toBe('NPY_INVALID');
  });

  it('end in NPY_INVALID or a well-formed array, whatever was damaged', () => {
    const seed = 20240517;
    const random = new Random(seed);
    const sources = golden.npy.map(({ file }) => bytesOf(file));
    for (let round = 0; round < 10_000; round++) {
      let file = sources[random.integer(sources.length)].slice();
      for (let edits = 1 + random.integer(4); edits > 0; edits--) {
        const at = random.integer(file.length);
        if (random.integer(4) === 0) file = file.slice(0, Math.max(1, at));
        else file[at] = random.integer(2) === 0 ? 0x20 + random.integer(96) : random.integer(256);
      }
      const context = `seed ${seed}, round ${round}`;
      try {
        const value = readNpy(file);
        expect(value.data.length, context).toBe(sizeOf(value.shape));
        const bytes = value.data.length * bytesPerElement(value.dtype satisfies DataType);
        expect(bytes, context).toBeLessThanOrEqual(file.length);
      } catch (error) {
        if (!isMsanetError(error)) throw new Error(context, { cause: error });
        expect(error.code, context).toBe('NPY_INVALID');
      }
    }
  });
});
