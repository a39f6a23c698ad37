import { describe, expect, it } from 'vitest';
import { parseCheckpoint } from '../../src/index.js';
import { floats, streamCheckpoint, zipCheckpoint } from '../support/checkpoint-bytes.js';
import { dictionary, tensor, type TensorArguments } from '../support/pickle-bytes.js';
import { invalidity } from '../support/rejection.js';

/** Both containers around one tensor `w` whose storage `0` holds `content`. */
function around(args: TensorArguments, content: Uint8Array): Record<'zip' | 'stream', Buffer> {
  const root = dictionary([['w', tensor(args)]]);
  return {
    zip: zipCheckpoint(root, { '0': content }),
    stream: streamCheckpoint(root, [['0', args.length, content]]),
  };
}

const whole = { length: 4, size: [2, 2], stride: [2, 1] };
const four = floats(1, 2, 3, 4);

it('the checkpoint that the others are made of is read', async () => {
  for (const file of Object.values(around(whole, four))) {
    const { tensors } = await parseCheckpoint(file);
    expect([...(tensors.get('w')?.data ?? [])]).toEqual([1, 2, 3, 4]);
  }
});

describe.each(['zip', 'stream'] as const)('in a %s, a tensor is refused', (container) => {
  const huge = 2 ** 40;
  it.each<[string, TensorArguments, string]>([
    ['larger than its storage', { ...whole, size: [3, 2] }, 'a view within the 4 elements'],
    ['offset beyond its storage', { ...whole, offset: 1 }, 'a view within the 4 elements'],
    ['with long strides', { ...whole, stride: [4, 1] }, 'a view within the 4 elements'],
    ['of 2^40 elements', { ...whole, size: [huge], stride: [1] }, 'a view within the 4 elements'],
    ['of 2^120 elements', { ...whole, size: [huge, huge, huge], stride: [0, 0, 0] }, '2^53'],
    ['of 2^52 elements of stride 2^52', { ...whole, size: [2 ** 52], stride: [2 ** 52] }, 'a view'],
    ['with a negative size', { ...whole, size: [-1, 2] }, 'numbers from 0 to 2^53'],
    ['with a negative stride', { ...whole, stride: [-1, 1] }, 'numbers from 0 to 2^53'],
    ['with a negative offset', { ...whole, offset: -1 }, 'numbers from 0 to 2^53'],
    ['with a size of 2^63 − 1', { ...whole, size: [2n ** 63n - 1n], stride: [1] }, '2^53'],
    ['with a stride too few', { ...whole, stride: [1] }, 'a stride for each axis'],
    ['of 65 axes', { ...whole, size: Array(65).fill(1), stride: Array(65).fill(1) }, '65 axes'],
  ])('%s', async (_name, args, expected) => {
    const sentence = await invalidity(parseCheckpoint(around(args, four)[container], 'w.pth'));
    expect(sentence).toContain(expected);
    expect(sentence).toMatch(/^w\.pth/);
    expect(sentence).toContain('REDUCE');
  });

  it('whose one element is repeated 2^30 times', async () => {
    const args = { length: 1, size: [2 ** 15, 2 ** 15], stride: [0, 0] };
    const file = around(args, floats(1))[container];
    const sentence = await invalidity(parseCheckpoint(file, 'w.pth'));
    expect(sentence).toContain('w.pth: w: expected at most');
    expect(sentence).toContain('memoryLimit');
  });
});

describe('a storage that lies about its length', () => {
  it.each([3, 5, 2 ** 40])('%d elements for 16 bytes in a zip', async (length) => {
    const args = { length, size: [2], stride: [1] };
    const sentence = await invalidity(parseCheckpoint(around(args, four).zip, 'w.pth'));
    expect(sentence).toContain(`w.pth: archive/data/0: expected ${4 * length} bytes, got 16;`);
  });

  it.each([5, 2 ** 40, 2 ** 62])('%d elements for 16 bytes in a stream', async (length) => {
    const args = { length, size: [2], stride: [1] };
    const sentence = await invalidity(parseCheckpoint(around(args, four).stream, 'w.pth'));
    expect(sentence).toMatch(/^w\.pth, byte \d+/);
  });

  it('another number of elements in the data of a stream than in its pickle', async () => {
    const root = dictionary([['w', tensor(whole)]]);
    const sentence = await invalidity(parseCheckpoint(streamCheckpoint(root, [['0', 5, four]])));
    expect(sentence).toContain('expected storage 0 of 4 elements, got 5');
  });

  it('a negative number of elements', async () => {
    const args = { ...whole, length: -1 };
    expect(await invalidity(parseCheckpoint(around(args, four).zip))).toContain(
      'expected a number of elements, got the number -1',
    );
  });

  it('two lengths for the same storage', async () => {
    const root = dictionary([
      ['a', tensor(whole)],
      ['b', tensor({ ...whole, length: 8 })],
    ]);
    expect(await invalidity(parseCheckpoint(zipCheckpoint(root, { '0': four })))).toContain(
      'expected storage 0 to be 4 × float32 throughout, got 8 × float32',
    );
  });

  it('a storage that the file does not hold', async () => {
    const root = dictionary([['w', tensor(whole)]]);
    expect(await invalidity(parseCheckpoint(zipCheckpoint(root)))).toContain(
      'checkpoint: archive/data/0: expected a zip entry, got none of that name',
    );
    expect(await invalidity(parseCheckpoint(streamCheckpoint(root)))).toContain(
      'expected storage 0 in the list of keys',
    );
  });

  it('a storage that the pickle does not refer to', async () => {
    const root = dictionary([['w', tensor(whole)]]);
    const file = streamCheckpoint(root, [
      ['0', 4, four],
      ['1', 4, four],
    ]);
    expect(await invalidity(parseCheckpoint(file))).toContain('got 1;');
  });

  it('a class that is no storage', async () => {
    const file = around({ ...whole, type: 'Tensor' }, four).zip;
    expect(await invalidity(parseCheckpoint(file))).toContain(
      'expected a storage class, got torch.Tensor',
    );
  });
});

describe('memory', () => {
  it('gathered views of all tensors together stay within the limit', async () => {
    const root = dictionary(
      Array.from({ length: 100 }, (_, index) => [
        `w${index}`,
        tensor({ length: 1, size: [1024, 256], stride: [0, 0] }),
      ]),
    );
    const file = zipCheckpoint(root, { '0': floats(1) });
    const sentence = await invalidity(parseCheckpoint(file));
    expect(sentence).toContain(`at most ${64 * 2 ** 20 + 64 * file.length} bytes`);
    const { tensors } = await parseCheckpoint(file, 'w.pth', { memoryLimit: 100 * 2 ** 20 });
    expect(tensors.size).toBe(100);
    expect(await invalidity(parseCheckpoint(file, 'w.pth', { memoryLimit: 0 }))).toContain(
      'expected at most 0 bytes beyond',
    );
  });

  it('an aligned archive needs none beyond the file', async () => {
    const { tensors } = await parseCheckpoint(around(whole, four).zip, 'w.pth', { memoryLimit: 0 });
    expect(tensors.size).toBe(1);
  });
});
