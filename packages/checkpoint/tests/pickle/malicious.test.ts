import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { InertValue, parseCheckpoint } from '../../src/index.js';
import { floats, streamCheckpoint, zipCheckpoint } from '../support/checkpoint-bytes.js';
import { describeInert } from '../support/describe-inert.js';
import { maliciousPickles } from '../support/malicious-pickles.js';
import { call, code, dictionary, global, tensor, text, tuple } from '../support/pickle-bytes.js';

const folder = mkdtempSync(join(tmpdir(), 'msanet-checkpoint-'));
const marker = join(folder, 'executed');
afterAll(() => rmSync(folder, { recursive: true }));

const attacks = maliciousPickles(marker);

describe.each(Object.keys(attacks))('%s', (name) => {
  const root = dictionary([
    ['weight', tensor({ length: 2, size: [2], stride: [1] })],
    ['payload', attacks[name].opcodes],
  ]);
  const containers = {
    zip: zipCheckpoint(root, { '0': floats(1, 2) }),
    stream: streamCheckpoint(root, [['0', 2, floats(1, 2)]]),
  };

  it.each(Object.entries(containers))('has no effect in a %s checkpoint', async (_kind, file) => {
    const { tensors, metadata } = await parseCheckpoint(file);
    expect(existsSync(marker)).toBe(false);
    expect([...(tensors.get('weight')?.data ?? [])]).toEqual([1, 2]);
    const inert = metadata.get('payload') ?? null;
    expect(inert).toBeInstanceOf(InertValue);
    expect(describeInert(inert, marker)).toBe(attacks[name].inert);
  });

  it('has no effect where the checkpoint is refused', async () => {
    const emptied = zipCheckpoint(Buffer.concat([attacks[name].opcodes, code('POP')]));
    await expect(parseCheckpoint(emptied)).rejects.toThrow('a value on the stack');
    expect(existsSync(marker)).toBe(false);
  });
});

describe('an attack in the place of', () => {
  const payload = attacks['REDUCE of os.system'].opcodes;
  it.each<[string, Buffer, string]>([
    ['the root', payload, 'an object of class os.system'],
    ['a persistent id', Buffer.concat([payload, code('BINPERSID')]), 'a persistent id'],
    [
      'a tensor of a parameter',
      call(global('torch._utils', '_rebuild_parameter'), payload),
      'a tensor',
    ],
    [
      'a storage',
      call(global('torch._utils', '_rebuild_tensor_v2'), payload, tuple(), tuple(), tuple()),
      'a storage',
    ],
    [
      'a storage class',
      Buffer.concat([
        tuple(text('storage'), global('os', 'system'), text('0'), text('cpu'), text('1')),
        code('BINPERSID'),
      ]),
      'a storage class, got os.system',
    ],
    [
      'a function that makes tensors',
      call(
        global('torch._tensor', '_rebuild_from_type_v2'),
        global('os', 'system'),
        code('NONE'),
        tuple(text(`touch ${marker}`)),
        code('NONE'),
      ),
      'a function that makes a tensor, got the class os.system',
    ],
    [
      'the pairs of an OrderedDict',
      call(global('collections', 'OrderedDict'), payload),
      'a list of items',
    ],
  ])('%s is refused', async (_name, root, expected) => {
    await expect(parseCheckpoint(zipCheckpoint(root))).rejects.toThrow(expected);
    expect(existsSync(marker)).toBe(false);
  });
});

it('an allowed name in another module is not the allowed one', async () => {
  const root = dictionary([
    ['weight', tensor({ length: 1, size: [1], stride: [1] })],
    ['ordered', call(global('mine', 'OrderedDict'))],
    ['rebuilt', call(global('mine', '_rebuild_tensor_v2'), code('NONE'))],
    [
      'nested',
      call(Buffer.concat([text('torch'), text('_utils._rebuild_tensor_v2'), code('STACK_GLOBAL')])),
    ],
  ]);
  const { metadata } = await parseCheckpoint(zipCheckpoint(root, { '0': floats(1) }));
  expect([...metadata.values()].map((value) => describeInert(value, marker))).toEqual([
    'mine.OrderedDict()',
    'mine._rebuild_tensor_v2(null)',
    'torch._utils._rebuild_tensor_v2()',
  ]);
});
