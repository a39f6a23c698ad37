import { readdirSync, readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readCheckpoint } from '../../src/index.js';
import {
  bytesOf,
  type DescribedTensor,
  firstNumbers,
  pythonNumber,
  sha256,
} from '../support/described-tensor.js';

const fixtures = fileURLToPath(new URL('../fixtures/', import.meta.url));
const golden = JSON.parse(
  readFileSync(new URL('../golden/torch.json', import.meta.url), 'utf8'),
) as Record<string, Record<string, DescribedTensor>>;

describe('checkpoints that PyTorch has written are read as PyTorch reads them', () => {
  it('covers every fixture that holds a state dict', () => {
    const others = /^(whole-model|one-tensor|complex|torchscript)/;
    const files = readdirSync(fixtures).filter((file) => !others.test(file));
    expect(files.sort()).toEqual(Object.keys(golden).sort());
  });

  it.each(Object.keys(golden))('%s', async (file) => {
    const { format, tensors } = await readCheckpoint(fixtures + file);
    expect(format).toBe(file.includes('.stream-') ? 'pytorch-stream' : 'pytorch-zip');
    const expected = golden[file];
    expect([...tensors.keys()]).toEqual(Object.keys(expected));
    for (const [name, tensor] of tensors) {
      const { dtype, shape, first, sha256: digest } = expected[name];
      expect(tensor.dtype, name).toBe(dtype);
      expect(tensor.shape, name).toEqual(shape);
      expect(firstNumbers(tensor), name).toEqual(first.map(pythonNumber));
      expect(sha256(bytesOf(tensor)), name).toBe(digest);
    }
  });
});

describe('memory', () => {
  it('contiguous tensors of an archive are views of the file', async () => {
    const { tensors } = await readCheckpoint(`${fixtures}views.zip-2.pth`);
    const buffers = ['base', 'offset', 'tied'].map((name) => tensors.get(name)?.data.buffer);
    expect(new Set(buffers).size).toBe(1);
    expect(buffers[0]?.byteLength).toBe(statSync(`${fixtures}views.zip-2.pth`).size);
  });

  it('contiguous tensors of a stream share one aligned copy of their storage', async () => {
    const { tensors } = await readCheckpoint(`${fixtures}views.stream-2.pth`);
    const [base, offset, flat] = ['base', 'offset', 'flat'].map((name) => tensors.get(name)?.data);
    expect(offset?.buffer).toBe(base?.buffer);
    expect(flat?.buffer).toBe(base?.buffer);
  });

  it('a tensor with two names is one tensor', async () => {
    const { tensors } = await readCheckpoint(`${fixtures}views.zip-2.pth`);
    expect(tensors.get('tied_again')).toBe(tensors.get('tied'));
  });
});
