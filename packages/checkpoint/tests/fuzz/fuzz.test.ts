import { readFileSync } from 'node:fs';
import {
  allocate,
  float32,
  int64,
  isMsanetError,
  Random,
  sizeOf,
  type Tensor,
} from '@msanet/tensor';
import { describe, expect, it } from 'vitest';
import { type Checkpoint, parseCheckpoint, writeSafetensors } from '../../src/index.js';
import { ZipArchive } from '../../src/torch/zip-archive.js';
import { MemoryAllowance } from '../../src/memory-allowance.js';
import { floats, streamCheckpoint, zipCheckpoint } from '../support/checkpoint-bytes.js';
import { dictionary, tensor } from '../support/pickle-bytes.js';
import { zip } from '../support/zip-bytes.js';
import { mutate } from './mutations.js';

/** Mutated files for each reader; MSANET_FUZZ sets another number. */
const cases = Number(process.env['MSANET_FUZZ'] ?? 1500);
const seed = 20260131;
/** Memory that a file may take beyond its own, as a multiple of its length. */
const growth = 4;

const fixture = (name: string): Buffer =>
  readFileSync(new URL(`../fixtures/${name}.pth`, import.meta.url));

/** Tensors that repeat one element, so that a changed size changes nothing but the memory that they need. */
const repeated = dictionary(
  ['a', 'b', 'c', 'd'].map((key) => [
    key,
    tensor({ length: 1, size: [2, 3, 4], stride: [0, 0, 0] }),
  ]),
);
const one = floats(1);

/** Makes the mutated file of one case from one of the files. */
type MakeCase = (file: Buffer, random: Random) => Buffer | Promise<Buffer>;

const readers: Record<string, { files: Buffer[]; makeCase: MakeCase }> = {
  'zip archives': {
    files: [
      ...['nested.zip-2', 'views.zip-2', 'views.zip-4', 'every-dtype.zip-2', 'training.zip-2'],
      ...['training.zip-4', 'module.zip-2', 'parameters.zip-4', 'views.deflated', 'views.zip64'],
    ].map(fixture),
    makeCase: mutate,
  },
  'pickles in sound zip archives': {
    files: [
      ...['nested.zip-2', 'views.zip-2', 'every-dtype.zip-4', 'training.zip-2', 'training.zip-4'],
      ...['module.zip-2', 'parameters.zip-2', 'whole-model.zip-2'],
    ]
      .map(fixture)
      .concat(zipCheckpoint(repeated, { '0': one })),
    makeCase: mutatePickle,
  },
  streams: {
    files: [
      ...['nested.stream-2', 'views.stream-2', 'views.stream-4', 'every-dtype.stream-2'],
      ...['training.stream-2', 'training.stream-4', 'module.stream-2', 'parameters.stream-4'],
    ]
      .map(fixture)
      .concat(streamCheckpoint(repeated, [['0', 1, one]])),
    makeCase: mutate,
  },
  'safetensors files': { files: safetensorsFiles(), makeCase: mutate },
};

describe('a mutated file is read or refused with an error of ours, in bounded memory', () => {
  it.each(Object.entries(readers))(`${cases} %s`, async (reader, { files, makeCase }) => {
    const main = new Random(seed).fork(reader);
    const before = process.memoryUsage().rss;
    const sentences = new Set<string>();
    let read = 0;
    for (let index = 0; index < cases; index++) {
      const random = main.fork(index);
      const file = await makeCase(files[random.integer(files.length)], random);
      const where = `seed ${seed}, ${reader}, case ${index}`;
      const outcome = await parseCheckpoint(file, 'fuzz', {
        memoryLimit: growth * file.length,
      }).catch((error: unknown) => error);
      if (outcome instanceof Error) {
        if (!isMsanetError(outcome))
          throw new Error(`${where}: ${String(outcome)}`, { cause: outcome });
        expect(outcome.code, where).toBe('CHECKPOINT_INVALID');
        expect(outcome.message.length, where).toBeLessThan(1300);
        expect(outcome.message, where).not.toMatch(/\p{Cc}/u);
        sentences.add(outcome.message.replace(/\d+/g, 'N'));
      } else {
        expectSound(outcome as Checkpoint, file, where);
        read += 1;
      }
    }
    const grown = (process.memoryUsage().rss - before) / 2 ** 20;
    if (process.env['MSANET_FUZZ'] !== undefined) {
      const refused = `${cases - read} refused with ${sentences.size} different sentences`;
      const memory = `resident memory grew by ${grown.toFixed(0)} MiB`;
      process.stderr.write(`${cases} ${reader}: ${read} read, ${refused}, ${memory}\n`);
    }
    // The mutations must reach the depths of the reader, not only its front door.
    expect(read).toBeGreaterThan(cases / 50);
    expect(sentences.size).toBeGreaterThan(20);
    expect(grown).toBeLessThan(400);
  });
});

function expectSound({ tensors }: Checkpoint, file: Buffer, where: string): void {
  const buffers = new Set<ArrayBufferLike>();
  for (const { dtype, shape, data } of tensors.values()) {
    expect(data.length, where).toBe(sizeOf(shape));
    expect(data, where).toBeInstanceOf(allocate(dtype, 0).constructor);
    if (data.buffer !== file.buffer) buffers.add(data.buffer);
  }
  const taken = [...buffers].reduce((total, buffer) => total + buffer.byteLength, 0);
  expect(taken, where).toBeLessThanOrEqual(growth * file.length);
}

/** Mutates the pickle of an archive and leaves the rest as it is, so that the unpickler sees every kind of change. */
async function mutatePickle(file: Buffer, random: Random): Promise<Buffer> {
  const archive = await ZipArchive.open(file, 'fixture');
  const allowance = MemoryAllowance.forFile(file.length);
  const entries = archive.names.map(async (name) => {
    const content = await archive.read(name, allowance);
    return { name, content: name.endsWith('/data.pkl') ? mutate(content, random) : content };
  });
  return zip(await Promise.all(entries));
}

function safetensorsFiles(): Buffer[] {
  const tensors = new Map<string, Tensor>([
    ['conv.weight', float32([1, 2, 3, 4, 5, 6], [1, 2, 3])],
    ['conv.bias', float32([0.5])],
    ['bn.num_batches_tracked', int64([7], [])],
    ['flags', { dtype: 'bool', shape: [2], data: Uint8Array.of(0, 1) }],
    ['empty', float32([], [0, 3])],
  ]);
  const metadata = new Map([['format', 'pt']]);
  const [first] = tensors;
  return [
    writeSafetensors(tensors, metadata),
    writeSafetensors(new Map([first])),
    writeSafetensors(new Map()),
  ].map((file) => Buffer.from(file));
}
