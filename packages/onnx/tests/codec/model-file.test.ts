import { mkdir, mkdtemp, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { float32, int64 } from '@msanet/tensor';
import { GraphBuilder, decodeModel, readModelFile, writeModelFile } from '../../src/index.js';
import { message, modelWith, type HandMadeField } from './hand-made.js';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'msanet-onnx-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

const builder = new GraphBuilder({ name: 'two weights' });
const x = builder.input('x', 'float32', [4, 1000]);
const large = builder.constant(float32(Array.from({ length: 1000 }, (_, i) => i)), 'large');
const other = builder.constant(float32(Array.from({ length: 1000 }, (_, i) => -i)), 'other');
const flat = builder.apply('Reshape', [x, builder.constant(int64([1000, 4]), 'small')]);
const shape = builder.constant(int64([4, 1000]), 'shape');
const sum = builder.apply('Add', [builder.apply('Reshape', [flat, shape]), large]);
builder.output(builder.apply('Mul', [sum, other]), 'y');
const model = builder.build();

const external = (location: string, ...entries: readonly HandMadeField[]): Uint8Array =>
  modelWith([1, 2], [2, 1], [14, 1], [13, message([1, 'location'], [2, location])], ...entries);

describe('model files', () => {
  it('give back the model, and nothing else is left in the folder', async () => {
    const path = join(folder, 'model.onnx');
    await writeModelFile(path, model);
    expect(await readModelFile(path)).toEqual(model);
    expect(await readdir(folder)).toEqual(['model.onnx']);
  });

  it('with external data give back the model; large tensors are not in the model file', async () => {
    const path = join(folder, 'model.onnx');
    await writeModelFile(path, model, { externalData: true });
    expect(await readModelFile(path)).toEqual(model);
    expect((await readdir(folder)).sort()).toEqual(['model.onnx', 'model.onnx.data']);
    expect((await readFile(path)).length).toBeLessThan(1500);
    expect((await readFile(`${path}.data`)).length).toBe(8000 + 32);
  });

  it('are decoded with a reader of one’s own', async () => {
    const bytes = external('part/weights.bin', [13, message([1, 'offset'], [2, '64'])]);
    const asked: unknown[] = [];
    const { graph } = decodeModel(bytes, {
      readExternal: (reference) => {
        asked.push(reference);
        return new Uint8Array(Float32Array.of(5, 6).buffer);
      },
    });
    expect(asked).toEqual([{ location: 'part/weights.bin', offset: 64, length: 8 }]);
    expect(graph.initializers.get('w')?.data).toEqual(Float32Array.of(5, 6));
  });

  it('may have their data in a folder below', async () => {
    await mkdir(join(folder, 'part'));
    await writeFile(join(folder, 'part/weights.bin'), Float32Array.of(0, 5, 6));
    const bytes = external('part/weights.bin', [13, message([1, 'offset'], [2, '4'])]);
    await writeFile(join(folder, 'model.onnx'), bytes);
    const { graph } = await readModelFile(join(folder, 'model.onnx'));
    expect(graph.initializers.get('w')?.data).toEqual(Float32Array.of(5, 6));
  });

  it.each([
    '/etc/passwd',
    '../secret.bin',
    'part/../../secret.bin',
    'C:\\secret',
    'a\\..\\b',
    '',
    './/a',
    'a\0b',
  ])('may not reach out of their folder (%j)', async (location) => {
    await writeFile(join(folder, 'model.onnx'), external(location));
    await expect(readModelFile(join(folder, 'model.onnx'))).rejects.toMatchObject({
      code: 'ONNX_INVALID',
    });
  });

  it('may not reach out of their folder through a link', async () => {
    const home = join(folder, 'home');
    await mkdir(home);
    await writeFile(join(folder, 'secret.bin'), new Uint8Array(8));
    await symlink(join(folder, 'secret.bin'), join(home, 'weights.bin'));
    await writeFile(join(home, 'model.onnx'), external('weights.bin'));
    await expect(readModelFile(join(home, 'model.onnx'))).rejects.toMatchObject({
      code: 'ONNX_INVALID',
    });
  });

  it('name data that is missing or too short', async () => {
    const path = join(folder, 'model.onnx');
    await writeFile(path, external('weights.bin'));
    await expect(readModelFile(path)).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
    await writeFile(join(folder, 'weights.bin'), new Uint8Array(7));
    await expect(readModelFile(path)).rejects.toMatchObject({ code: 'ONNX_INVALID' });
    await writeFile(
      path,
      external('weights.bin', [13, message([1, 'offset'], [2, '9'.repeat(15)])]),
    );
    await expect(readModelFile(path)).rejects.toMatchObject({ code: 'ONNX_INVALID' });
  });

  it('that do not exist, and folders, are refused by name', async () => {
    for (const path of [join(folder, 'none.onnx'), folder]) {
      await expect(readModelFile(path)).rejects.toMatchObject({
        code: 'FILE_NOT_FOUND',
        message: expect.stringContaining(path),
      });
    }
  });

  it('that cannot be written are refused, and leave what was there', async () => {
    const path = join(folder, 'model.onnx');
    await mkdir(path);
    await expect(writeModelFile(path, model)).rejects.toMatchObject({ code: 'OUTPUT_UNWRITABLE' });
    await expect(writeModelFile(join(folder, 'no/folder.onnx'), model)).rejects.toMatchObject({
      code: 'OUTPUT_UNWRITABLE',
    });
    expect(await readdir(folder)).toEqual(['model.onnx']);
  });
});
