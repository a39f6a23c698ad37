import { describe, expect, it } from 'vitest';
import { parseCheckpoint } from '../../src/index.js';
import { floats, zipCheckpoint } from '../support/checkpoint-bytes.js';
import { code, dictionary, integer, tensor, text, tuple } from '../support/pickle-bytes.js';
import { invalidity } from '../support/rejection.js';

const whole = { length: 4, size: [2, 2], stride: [2, 1] };
const four = floats(1, 2, 3, 4);

describe('state dicts of unusual form', () => {
  const weight = tensor(whole);
  const storages = { '0': four };
  const namesOf = async (root: Buffer) => [
    ...(await parseCheckpoint(zipCheckpoint(root, storages))).tensors.keys(),
  ];

  it('the first of the known entries that holds a tensor is taken', async () => {
    const found = (name: string) => dictionary([[name, weight]]);
    const root = (...names: string[]) => dictionary(names.map((name) => [name, found(name)]));
    expect(await namesOf(root('model', 'state_dict'))).toEqual(['state_dict']);
    expect(await namesOf(root('model', 'model_state'))).toEqual(['model_state']);
    expect(await namesOf(root('model', 'model_state_dict'))).toEqual(['model_state_dict']);
    expect(await namesOf(root('optimizer', 'model'))).toEqual(['model']);
    expect(await namesOf(root('teacher', 'student'))).toEqual([
      'teacher.teacher',
      'student.student',
    ]);
    const empty = dictionary([
      ['state_dict', dictionary([])],
      ['model', found('w')],
    ]);
    expect(await namesOf(empty)).toEqual(['w']);
  });

  it('a parameter may be called model', async () => {
    expect(await namesOf(dictionary([['model', weight]]))).toEqual(['model']);
  });

  it('a name that two tensors get is refused', async () => {
    const root = dictionary([
      ['a.b', weight],
      ['a', dictionary([['b', weight]])],
    ]);
    expect(await invalidity(parseCheckpoint(zipCheckpoint(root, storages)))).toContain('a.b twice');
  });

  it('a dictionary that contains itself is refused', async () => {
    const root = Buffer.concat([
      dictionary([['w', weight]]),
      text('again'),
      code('BINPUT', '\x09'),
      code('POP'),
      code('BINPUT', '\x01'),
      code('BINGET', '\x09'),
      code('BINGET', '\x01'),
      code('SETITEM'),
    ]);
    const sentence = await invalidity(parseCheckpoint(zipCheckpoint(root, storages)));
    expect(sentence).toContain('nested at most 64 deep');
  });

  it('names that multiply through shared dictionaries are refused', async () => {
    let root = dictionary([['w', weight]]);
    for (let depth = 0; depth < 40; depth++) {
      root = Buffer.concat([
        root,
        code('BINPUT', '\x01'),
        code('POP'),
        dictionary([
          ['left', code('BINGET', '\x01')],
          ['right', code('BINGET', '\x01')],
        ]),
      ]);
    }
    const sentence = await invalidity(parseCheckpoint(zipCheckpoint(root, storages)));
    expect(sentence).toContain('characters together');
  });

  it('a large dictionary that many names share is not looked at for each', async () => {
    const keys = Array.from({ length: 20_000 }, (_, index) => [integer(index), code('NONE')]);
    const table = [code('EMPTY_DICT'), code('MARK'), ...keys.flat(), tuple(), code('NONE')];
    const shared = [...table, code('SETITEMS'), code('BINPUT', '\x01'), code('POP')];
    const names = Array.from({ length: 20_000 }, (_, index) => [
      integer(index),
      code('BINGET', '\x01'),
    ]);
    const root = [code('EMPTY_DICT'), code('MARK'), ...names.flat(), code('SETITEMS')];
    const file = zipCheckpoint(Buffer.concat([...shared, ...root]), storages);
    expect(await invalidity(parseCheckpoint(file))).toContain('characters together');
  });

  it('a dictionary whose keys are no names is metadata as it is', async () => {
    const table = dictionary([[tuple(integer(0), integer(1)), weight]]);
    const root = dictionary([
      ['w', weight],
      ['table', table],
    ]);
    const { tensors, metadata } = await parseCheckpoint(zipCheckpoint(root, storages));
    expect([...tensors.keys()]).toEqual(['w']);
    expect(metadata.get('table')).toBeInstanceOf(Map);
  });

  it.each<[string, Buffer, string]>([
    ['an empty dictionary', dictionary([]), 'got a dictionary of nothing'],
    ['plain values only', dictionary([['epoch', integer(1)]]), 'got a dictionary of epoch'],
    ['a list', code('EMPTY_LIST'), 'got a list'],
    ['None', code('NONE'), 'got None'],
  ])('%s is refused', async (_name, root, expected) => {
    expect(await invalidity(parseCheckpoint(zipCheckpoint(root)))).toContain(expected);
  });
});
