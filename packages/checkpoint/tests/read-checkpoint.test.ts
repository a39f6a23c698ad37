import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { float32 } from '@msanet/tensor';
import { afterAll, describe, expect, it } from 'vitest';
import { readCheckpoint, writeSafetensors } from '../src/index.js';
import { floats, streamCheckpoint, zipCheckpoint } from './support/checkpoint-bytes.js';
import { dictionary, integer, pickle, tensor, text } from './support/pickle-bytes.js';
import { invalidity, rejection } from './support/rejection.js';

const folder = mkdtempSync(join(tmpdir(), 'msanet-checkpoint-'));
afterAll(() => rmSync(folder, { recursive: true }));

function saved(name: string, content: Uint8Array | string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const root = dictionary([['w', tensor({ length: 2, size: [2], stride: [1] })]]);
const containers: Record<string, Uint8Array> = {
  'pytorch-zip': zipCheckpoint(root, { '0': floats(1, 2) }),
  'pytorch-stream': streamCheckpoint(root, [['0', 2, floats(1, 2)]]),
  safetensors: writeSafetensors(new Map([['w', float32([1, 2])]])),
};

describe('the container is told by content', () => {
  it.each(Object.keys(containers))('%s, whatever the name', async (format) => {
    const checkpoint = await readCheckpoint(saved('weights.txt', containers[format]));
    expect(checkpoint.format).toBe(format);
    expect(checkpoint.tensors.get('w')?.data).toEqual(Float32Array.of(1, 2));
  });

  it.each(Object.keys(containers))('%s, compressed with Brotli', async (format) => {
    const path = saved('weights.br', brotliCompressSync(containers[format]));
    const checkpoint = await readCheckpoint(path);
    expect(checkpoint.format).toBe(format);
    expect(checkpoint.tensors.get('w')?.data).toEqual(Float32Array.of(1, 2));
  });
});

describe('files that cannot be read', () => {
  it.each([
    ['a path that does not exist', join(folder, 'missing.pth'), 'no such file'],
    ['a path below a file', join(saved('file', ''), 'missing.pth'), 'no such file'],
    ['a folder', folder, 'a folder'],
  ])('%s', async (_name, path, got) => {
    const error = await rejection(readCheckpoint(path));
    expect([error.code, error.report.where, error.report.got]).toEqual([
      'FILE_NOT_FOUND',
      path,
      got,
    ]);
  });

  it('a file larger than one buffer', async () => {
    const path = saved('huge.pth', '');
    truncateSync(path, 2 ** 42);
    const sentence = await invalidity(readCheckpoint(path));
    expect(sentence).toContain(`a file that fits into one buffer, got ${2 ** 42} bytes`);
  });
});

describe('files that are no checkpoint are refused with what they are', () => {
  it.each<[string, Uint8Array | string, string]>([
    ['empty', '', 'got an empty file'],
    ['text', 'epoch: 25\naccuracy: 0.9\n', 'got a text file'],
    ['web page', '<!DOCTYPE html><html>Sign in</html>', 'got a web page'],
    ['pointer', 'version https://git-lfs.github.com/spec/v1\noid sha256:0\n', 'git lfs pull'],
    ['MP4', Buffer.from('\x00\x00\x00\x20ftypisom\x00\x00\x02\x00', 'latin1'), 'got an MP4 video'],
    ['AVI', Buffer.from('RIFF\x24\x00\x00\x00AVI LIST', 'latin1'), 'got an AVI'],
    ['NumPy', Buffer.from('\x93NUMPY\x01\x00v\x00{', 'latin1'), 'got a NumPy array'],
    ['gzip', gzipSync(containers.safetensors), 'gunzip'],
    ['tar', Buffer.concat([Buffer.alloc(257, 1), Buffer.from('ustar\x0000')]), 'got a tar archive'],
    ['bytes', Buffer.from('0102030405', 'hex'), 'begins with the bytes 0102030405'],
    ['pickle', pickle(dictionary([['w', text('x')]])), 'got another Python pickle'],
    ['pickle of a number', pickle(integer(1)), 'got another Python pickle'],
  ])('%s', async (_name, content, expected) => {
    const path = saved('not-a-checkpoint.pth', content);
    const sentence = await invalidity(readCheckpoint(path));
    expect(sentence.startsWith(path)).toBe(true);
    expect(sentence).toContain(expected);
  });
});

describe('Brotli', () => {
  it('a file that is none is refused', async () => {
    const path = saved('plain.pth.br', containers['pytorch-zip']);
    expect(await invalidity(readCheckpoint(path))).toContain('expected a Brotli stream');
  });

  it('a stream cut at any byte is refused', async () => {
    const compressed = brotliCompressSync(containers['pytorch-stream']);
    for (let length = 0; length < compressed.length; length++) {
      const path = saved('cut.pth.br', compressed.subarray(0, length));
      expect(await invalidity(readCheckpoint(path))).toContain('expected a Brotli stream');
    }
  });

  it('a stream of 256 MiB of zeros stops at the limit', async () => {
    const compressed = brotliCompressSync(Buffer.alloc(2 ** 28), { params: { 1: 1 } });
    expect(compressed.length).toBeLessThan(100_000);
    const sentence = await invalidity(readCheckpoint(saved('bomb.pth.br', compressed)));
    expect(sentence).toContain(`at most ${64 * 2 ** 20 + 64 * compressed.length} bytes`);
  });

  it('a memory limit of 0 leaves no room for it, and one of Infinity does not end', async () => {
    const path = saved('weights.pth.br', brotliCompressSync(containers['pytorch-zip']));
    expect(await invalidity(readCheckpoint(path, { memoryLimit: 0 }))).toContain('at most 0 bytes');
    expect((await readCheckpoint(path, { memoryLimit: Infinity })).tensors.size).toBe(1);
  });
});

it.each([-1, NaN])('a memory limit of %d is refused', async (memoryLimit) => {
  const path = saved('weights.pth', containers['pytorch-zip']);
  const error = await rejection(readCheckpoint(path, { memoryLimit }));
  expect([error.code, error.report.where]).toEqual(['OPTION_INVALID', 'memoryLimit']);
});
