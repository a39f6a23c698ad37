import { isMsanetError } from '@msanet/tensor';
import { describe, expect, it } from 'vitest';
import { InertClass, type InertValue } from '../../src/index.js';
import { ByteCursor } from '../../src/pickle/byte-cursor.js';
import { type Opcode, opcodeName, opcodes } from '../../src/pickle/opcodes.js';
import { unpickle } from '../../src/pickle/unpickle.js';
import { TorchHost } from '../../src/torch/torch-host.js';
import type { CheckpointValue } from '../../src/value.js';
import {
  call,
  code,
  dictionary,
  global,
  integer,
  list,
  pickle,
  text,
  tuple,
  uint,
} from '../support/pickle-bytes.js';

function load(...parts: readonly Uint8Array[]): CheckpointValue {
  return loadBytes(pickle(...parts));
}

function loadBytes(bytes: Uint8Array): CheckpointValue {
  return unpickle(new ByteCursor(bytes, 'test.pkl'), new TorchHost(), 'test.pkl');
}

/** The sentence with which a pickle is refused. */
function refusal(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (isMsanetError(error) && error.code === 'CHECKPOINT_INVALID') return error.message;
    throw error;
  }
  return expect.fail('expected a refusal');
}

describe('strings of Python 2', () => {
  it.each<[string, Buffer, string]>([
    ['SHORT_BINSTRING in UTF-8', code('SHORT_BINSTRING', '\x02é'), 'é'],
    ['SHORT_BINSTRING in Latin-1', code('SHORT_BINSTRING', Buffer.from([1, 0xe9])), 'é'],
    ['BINSTRING', code('BINSTRING', Buffer.concat([uint(3, 4), Buffer.from('abc')])), 'abc'],
    ['STRING', code('STRING', `'a\\n\\x41\\101\\\\\\'\\q'\n`), `a\nAA\\'\\q`],
    ['STRING in double quotes', code('STRING', `"it's"\n`), `it's`],
  ])('%s', (_name, bytes, expected) => {
    expect(load(bytes)).toBe(expected);
  });
});

describe('dictionaries', () => {
  it('an OrderedDict of pairs, as Python 2 wrote it, is a map', () => {
    const pairs = list(list(text('b'), integer(1)), tuple(text('a'), integer(2)));
    const value = load(call(global('collections', 'OrderedDict'), pairs));
    expect([...(value as Map<string, number>)]).toEqual([
      ['b', 1],
      ['a', 2],
    ]);
  });

  it('attributes of an OrderedDict do not disturb it', () => {
    const value = load(
      call(global('collections', 'OrderedDict')),
      dictionary([['_metadata', code('NONE')]]),
      code('BUILD'),
      text('key'),
      integer(1),
      code('SETITEM'),
    );
    expect(value).toEqual(new Map([['key', 1]]));
  });

  it.each<[string, Buffer]>([
    ['a list', code('EMPTY_LIST')],
    ['a dictionary', code('EMPTY_DICT')],
    ['a set', code('EMPTY_SET')],
  ])('%s as a key is refused, as Python refuses it', (kind, key) => {
    const inDictionary = refusal(() => load(dictionary([[key, integer(1)]])));
    expect(inDictionary).toContain(`expected a hashable key, got ${kind}`);
    const inSet = refusal(() => load(code('MARK'), key, code('FROZENSET')));
    expect(inSet).toContain(`expected a hashable key, got ${kind}`);
    const inCall = refusal(() => load(call(global('builtins', 'set'), list(key))));
    expect(inCall).toContain(`expected a hashable key, got ${kind}`);
  });
});

describe('objects are recorded, not made', () => {
  it('a class is its name', () => {
    expect(load(global('os', 'system'))).toEqual(new InertClass('os', 'system'));
    expect(load(text('os'), text('system'), code('STACK_GLOBAL'))).toEqual(
      new InertClass('os', 'system'),
    );
    expect(load(code('EXT2', uint(300, 2)))).toEqual(new InertClass('copyreg', 'extension 300'));
  });

  it('list, dictionary and set subclasses keep what is put into them', () => {
    const value = load(
      call(global('collections', 'deque')),
      code('MARK'),
      integer(1),
      integer(2),
      code('APPENDS'),
      text('key'),
      integer(3),
      code('SETITEM'),
      code('MARK'),
      integer(4),
      code('ADDITEMS'),
    ) as InertValue;
    expect([value.class, value.items, value.entries]).toEqual([
      'collections.deque',
      [1, 2, 4],
      new Map([['key', 3]]),
    ]);
  });

  it('a call of the result of a call is recorded too', () => {
    const attribute = call(global('builtins', 'getattr'), global('os', 'path'), text('join'));
    const value = load(call(attribute, text('a'))) as InertValue;
    expect(value.class).toBe('<call>');
    expect((value.args[0] as InertValue).class).toBe('builtins.getattr');
    expect(value.args[1]).toEqual(['a']);
  });
});

describe('a damaged pickle is refused with opcode and position', () => {
  it.each<[string, Buffer, string]>([
    ['a value that is not there', code('TUPLE1'), 'byte 2 (TUPLE1): expected a value on the stack'],
    ['a mark that is not there', code('TUPLE'), 'expected a mark on the stack, got none'],
    ['a value below a mark', Buffer.concat([integer(1), code('MARK'), code('TUPLE1')]), 'TUPLE1'],
    ['an empty memo', code('BINGET', uint(7, 1)), 'expected a value in the memo, got nothing at 7'],
    ['a memo index that is no number', code('GET', 'x\n'), 'expected a memo index'],
    [
      'an odd number of items',
      Buffer.concat([code('MARK'), integer(1), code('DICT')]),
      'a value for each key',
    ],
    [
      'appending to a tuple',
      Buffer.concat([tuple(), integer(1), code('APPEND')]),
      'expected a list, got a tuple',
    ],
    [
      'setting an item of a number',
      Buffer.concat([integer(1), integer(1), integer(1), code('SETITEM')]),
      'expected a dictionary',
    ],
    [
      'adding to a frozenset',
      Buffer.concat([code('MARK'), code('FROZENSET'), code('MARK'), code('ADDITEMS')]),
      'expected a set',
    ],
    [
      'arguments that are no tuple',
      Buffer.concat([global('a', 'b'), integer(1), code('REDUCE')]),
      'expected a tuple of arguments',
    ],
    [
      'state of a number',
      Buffer.concat([integer(1), integer(2), code('BUILD')]),
      'expected an object',
    ],
    [
      'a class named by numbers',
      Buffer.concat([integer(1), integer(2), code('STACK_GLOBAL')]),
      'a module and a name',
    ],
    ['no class', Buffer.concat([code('MARK'), code('OBJ')]), 'expected a class, got nothing'],
    ['an integer line of letters', code('INT', 'one\n'), 'expected an integer'],
    ['a float line of letters', code('FLOAT', '1.0.0\n'), 'expected a number'],
    ['an unquoted string', code('STRING', 'abc\n'), 'expected a quoted string'],
    ['a character beyond Unicode', code('UNICODE', '\\UFFFFFFFF\n'), 'expected text'],
    [
      'text that is not UTF-8',
      code('SHORT_BINUNICODE', Buffer.from([1, 0xff])),
      'expected text in UTF-8',
    ],
    [
      'text beyond the end',
      code('BINUNICODE', uint(2 ** 32 - 1, 4)),
      'expected 4294967295 bytes more',
    ],
    ['bytes of 2^63', code('BINBYTES8', uint(2n ** 63n, 8)), 'bytes more'],
    [
      'a string of negative length',
      code('BINSTRING', uint(2 ** 31, 4)),
      'expected a length of at least 0',
    ],
    [
      'an integer of negative length',
      code('LONG4', uint(2 ** 31, 4)),
      'expected a length of at least 0',
    ],
    [
      'an integer of 2,000 bytes',
      code('LONG4', Buffer.concat([uint(2000, 4), Buffer.alloc(2000, 1)])),
      'an integer of ordinary length',
    ],
    ['an integer of 5,000 digits', code('LONG', `${'9'.repeat(5000)}L\n`), 'expected an integer'],
    ['a line without an end', code('GLOBAL', 'os'), 'expected a line, got no end of line'],
    ['a frame beyond the end', code('FRAME', uint(1000, 8)), 'expected a frame of 1000 bytes'],
    ['protocol 6', code('PROTO', uint(6, 1)), 'expected pickle protocol 0 to 5, got protocol 6'],
    ['an out-of-band buffer', code('NEXT_BUFFER'), 'a buffer that lies outside it'],
    ['a persistent id that is text', code('PERSID', '0\n'), 'expected a persistent id, got text'],
    [
      'bytes beyond Latin-1',
      call(global('_codecs', 'encode'), text('€'), text('latin1')),
      'expected Latin-1 text',
    ],
    [
      'an OrderedDict of numbers',
      call(global('collections', 'OrderedDict'), list(integer(1))),
      'a key and a value',
    ],
    ['a set of a number', call(global('builtins', 'set'), integer(1)), 'a list of items'],
  ])('%s', (_name, bytes, expected) => {
    const sentence = refusal(() => load(bytes));
    expect(sentence).toMatch(/^test\.pkl, byte \d+/);
    expect(sentence).toContain(expected);
  });

  it('a byte that is no opcode', () => {
    expect(refusal(() => loadBytes(Buffer.from([0x80, 2, 0xff])))).toContain('byte 2 (0xff)');
  });

  it('a pickle cut at any byte', () => {
    const whole = pickle(
      call(global('collections', 'OrderedDict')),
      dictionary([
        ['a', tuple(integer(1), list(text('b')))],
        ['c', code('BINFLOAT', Buffer.alloc(8))],
      ]),
      code('BUILD'),
    );
    loadBytes(whole);
    for (let length = 0; length < whole.length; length++) {
      expect(refusal(() => loadBytes(whole.subarray(0, length)))).toMatch(/^test\.pkl, byte \d+/);
    }
  });
});

describe('a hostile pickle stays within bounds', () => {
  it('nesting of any depth needs no recursion', () => {
    const depth = 200_000;
    let value = load(code('EMPTY_LIST'), Buffer.alloc(depth, code('TUPLE1')));
    let found = 0;
    while (Array.isArray(value) && value.length === 1) {
      value = value[0] as CheckpointValue;
      found += 1;
    }
    expect(found).toBe(depth);
  });

  it('a list may contain itself', () => {
    const value = load(code('EMPTY_LIST'), code('DUP'), code('APPEND')) as CheckpointValue[];
    expect(value[0]).toBe(value);
  });

  it('a hundred thousand items are appended at once', () => {
    const items = Buffer.alloc(100_000, code('NEWTRUE'));
    const value = load(code('EMPTY_LIST'), code('MARK'), items, code('APPENDS'));
    expect(value).toHaveLength(100_000);
  });

  it('a memo index of 2^32 − 1 takes no room for those before it', () => {
    const last = uint(2 ** 32 - 1, 4);
    expect(load(text('a'), code('LONG_BINPUT', last), code('LONG_BINGET', last))).toBe('a');
  });

  it('more than two million steps are refused', () => {
    const bomb = Buffer.alloc(2 ** 21, code('EMPTY_DICT'));
    expect(refusal(() => load(bomb))).toContain('expected a pickle of at most 2097152 steps');
  });

  it.each([
    ['set', global('builtins', 'set'), integer(1)],
    ['OrderedDict', global('collections', 'OrderedDict'), tuple(integer(1), integer(2))],
  ])('copies of a memoized list as %s count as steps', (_kind, callee, item) => {
    const repeated = Buffer.concat([item, Buffer.alloc(9_999, code('DUP'))]);
    const once = Buffer.concat([
      callee,
      code('BINGET', uint(0, 1)),
      code('TUPLE1'),
      code('REDUCE'),
    ]);
    const parts = [code('MARK'), repeated, code('LIST'), code('BINPUT', uint(0, 1))];
    const copies = Buffer.alloc(once.length * 1000, once);
    expect(refusal(() => load(...parts, copies))).toContain('steps');
  });

  it('copies of a memoized text as bytes count as steps', () => {
    const once = call(
      global('_codecs', 'encode'),
      code('BINGET', uint(0, 1)),
      code('SHORT_BINUNICODE', '\x06latin1'),
    );
    const parts = [text('x'.repeat(1_000_000)), code('BINPUT', uint(0, 1))];
    expect(refusal(() => load(...parts, Buffer.alloc(once.length * 1000, once)))).toContain(
      'steps',
    );
  });
});

describe('the opcode table', () => {
  it('has the 68 opcodes of protocols 0 to 5, each with its own byte', () => {
    expect(Object.keys(opcodes)).toHaveLength(68);
    for (const [name, byte] of Object.entries(opcodes)) {
      expect(opcodeName(byte)).toBe(name as Opcode);
    }
  });
});
