import { MsanetError } from './errors.js';
import { formatShape, sizeOf } from './shape.js';
import { allocate, bytesPerElement, type DataType, type Tensor } from './tensor.js';

const descriptors: ReadonlyMap<string, DataType> = new Map([
  ['<f4', 'float32'],
  ['<f8', 'float64'],
  ['<f2', 'float16'],
  ['|i1', 'int8'],
  ['<i2', 'int16'],
  ['<i4', 'int32'],
  ['<i8', 'int64'],
  ['|u1', 'uint8'],
  ['<u2', 'uint16'],
  ['<u4', 'uint32'],
  ['<u8', 'uint64'],
  ['|b1', 'bool'],
]);
const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
/** NumPy leaves room in the header for the first axis to grow to this many digits. */
const growthDigits = 21;

/**
 * Reads a NumPy `.npy` file (format versions 1 to 3, little-endian, C order). Bytes after the array are ignored, as
 * NumPy does.
 *
 * @param file the file's bytes
 * @param where what to call the file in an error
 * @throws MsanetError `NPY_INVALID` when the file is damaged, of another byte order, or in Fortran order
 */
export function readNpy(file: Uint8Array, where = '.npy file'): Tensor {
  const refuse = (got: string): MsanetError =>
    new MsanetError({
      code: 'NPY_INVALID',
      where,
      expected: 'a little-endian .npy array in C order',
      got,
      remedy: 'save it again with numpy.save',
    });
  if (file.length < 12 || magic.some((byte, index) => file[index] !== byte)) {
    throw refuse('a file without the NumPy signature');
  }
  const version = file[6];
  if (version < 1 || version > 3) throw refuse(`format version ${version}`);
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const headerStart = version === 1 ? 10 : 12;
  const headerLength = version === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  const start = headerStart + headerLength;
  if (start > file.length) throw refuse('a header longer than the file');
  const header = new TextDecoder().decode(file.subarray(headerStart, start));
  // Short and printable, because an error repeats it: a damaged header may hold anything.
  const descriptor = /'descr'\s*:\s*'([!-&(-~]{1,16})'/.exec(header)?.[1];
  const order = /'fortran_order'\s*:\s*(True|False)/.exec(header)?.[1];
  const axes = /'shape'\s*:\s*\(((?:\s*\d+L?\s*,)*(?:\s*\d+L?)?\s*)\)/.exec(header)?.[1];
  const dtype = descriptor === undefined ? undefined : descriptors.get(descriptor);
  if (dtype === undefined) throw refuse(`an array of element type ${descriptor ?? 'unknown'}`);
  if (axes === undefined) throw refuse('a header without a shape');
  const shape = Array.from(axes.matchAll(/\d+/g), ([digits]) => Number(digits));
  if (!shape.every(Number.isSafeInteger)) throw refuse(`shape ${formatShape(shape)}`);
  if (order !== 'False') throw refuse('an array in Fortran order');
  const size = sizeOf(shape);
  const length = size * bytesPerElement(dtype);
  if (file.length - start < length) {
    throw refuse(`${file.length - start} bytes for shape ${formatShape(shape)} of ${dtype}`);
  }
  const data = allocate(dtype, size);
  new Uint8Array(data.buffer).set(file.subarray(start, start + length));
  return { dtype, shape, data };
}

/**
 * Writes a tensor as a NumPy `.npy` file, format version 1, byte for byte as NumPy 1.24 and later do.
 *
 * @throws MsanetError `NPY_INVALID` for bfloat16, which NumPy does not have
 */
export function writeNpy(value: Tensor): Uint8Array {
  const descriptor = [...descriptors].find(([, dtype]) => dtype === value.dtype)?.[0];
  if (descriptor === undefined) {
    throw new MsanetError({
      code: 'NPY_INVALID',
      where: '.npy file',
      expected: 'an element type that NumPy has',
      got: value.dtype,
      remedy: 'convert the tensor to float32 first',
    });
  }
  const [first] = value.shape;
  const axes = value.shape.length === 1 ? `${first},` : value.shape.join(', ');
  const growth = first === undefined ? 0 : growthDigits - String(first).length;
  const text =
    `{'descr': '${descriptor}', 'fortran_order': False, 'shape': (${axes}), }` + ' '.repeat(growth);
  const padded = (Math.floor((10 + text.length + 1) / 64) + 1) * 64;
  const header = text.padEnd(padded - 11) + '\n';
  const file = new Uint8Array(padded + value.data.byteLength);
  file.set(magic);
  file.set([1, 0, header.length & 0xff, header.length >>> 8], 6);
  file.set(new TextEncoder().encode(header), 10);
  file.set(new Uint8Array(value.data.buffer, value.data.byteOffset, value.data.byteLength), padded);
  return file;
}
