import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { InertClass, InertValue, readCheckpoint } from '../../src/index.js';
import {
  bytesOf,
  type DescribedTensor,
  firstNumbers,
  pythonNumber,
  sha256,
} from '../support/described-tensor.js';

interface DescribedCheckpoint {
  readonly count: number;
  /** Of names, types, shapes and elements of all tensors. */
  readonly sha256: string;
  readonly tensors: Record<string, DescribedTensor>;
}

const golden = JSON.parse(
  readFileSync(new URL('../golden/shared-fixtures.json', import.meta.url), 'utf8'),
) as Record<string, DescribedCheckpoint>;
const folder = fileURLToPath(new URL('../../../../../shared/fixtures/', import.meta.url));
const present = existsSync(folder);

const read = (name: string) => readCheckpoint(`${folder}${name}/checkpoint.pth.tar.br`);

describe.skipIf(!present)('public checkpoints (skipped where ../shared/fixtures is absent)', () => {
  it.each([
    ['tsm-r50', 'pytorch-stream'],
    ['tdn-r50', 'pytorch-zip'],
    ['tsm-r50-mmaction', 'pytorch-zip'],
  ])('%s is read bit for bit as PyTorch reads it', async (name, format) => {
    const checkpoint = await read(name);
    const { count, sha256: digest, tensors } = golden[name];
    expect(checkpoint.format).toBe(format);
    expect(checkpoint.tensors.size).toBe(count);
    for (const [key, expected] of Object.entries(tensors)) {
      const tensor = checkpoint.tensors.get(key);
      if (tensor === undefined) return expect.fail(`no tensor ${key}`);
      expect([tensor.dtype, tensor.shape], key).toEqual([expected.dtype, expected.shape]);
      expect(firstNumbers(tensor), key).toEqual(expected.first.map(pythonNumber));
      expect(sha256(bytesOf(tensor)), key).toBe(expected.sha256);
    }
    const everything = [...checkpoint.tensors].flatMap(([key, tensor]) => [
      `${key} ${tensor.dtype} ${tensor.shape.join(',')}\n`,
      bytesOf(tensor),
    ]);
    expect(sha256(...everything)).toBe(digest);
  });

  it('tsm-r50 keeps what the training script saved besides the weights', async () => {
    const { metadata } = await read('tsm-r50');
    expect([...metadata]).toEqual([
      ['epoch', 25],
      ['arch', 'resnet50'],
      ['best_prec1', 0],
    ]);
  });

  it('tsm-r50-mmaction keeps objects of unknown classes and of NumPy as inert values', async () => {
    const { metadata } = await read('tsm-r50-mmaction');
    expect([...metadata.keys()]).toEqual(['meta', 'message_hub', 'optimizer']);
    const hub = metadata.get('message_hub') as Map<string, Map<string, InertValue>>;
    const history = hub.get('log_scalars')?.get('train/lr');
    expect(history).toBeInstanceOf(InertValue);
    expect(history?.class).toBe('mmengine.logging.history_buffer.HistoryBuffer');
    const log = (history?.state as Map<string, InertValue>).get('_log');
    expect(log?.class).toBe('numpy.core.multiarray._reconstruct');
    expect(log?.args[0]).toEqual(new InertClass('numpy', 'ndarray'));
    const [, , , , content] = log?.state as [unknown, unknown, unknown, unknown, Buffer];
    expect([0, 8, 16, 24, 32].map((offset) => content.readDoubleLE(offset))).toEqual([
      0, 1, 2, 3, 4,
    ]);
  });
});
