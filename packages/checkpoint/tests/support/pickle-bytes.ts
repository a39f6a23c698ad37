import { type Opcode, opcodes } from '../../src/pickle/opcodes.js';

/** One opcode and the bytes of its argument. */
export function code(name: Opcode, argument: Uint8Array | string = ''): Buffer {
  return Buffer.concat([Buffer.from([opcodes[name]]), Buffer.from(argument)]);
}

/** The little-endian bytes of an unsigned integer. */
export function uint(value: number | bigint, bytes: number): Buffer {
  const buffer = Buffer.alloc(8);
  buffer.writeBigUInt64LE(BigInt.asUintN(64, BigInt(value)));
  return buffer.subarray(0, bytes);
}

/** A whole pickle: a protocol, opcodes, STOP. */
export function pickle(...parts: readonly Uint8Array[]): Buffer {
  return Buffer.concat([code('PROTO', uint(4, 1)), ...parts, code('STOP')]);
}

export function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  return code('BINUNICODE', Buffer.concat([uint(bytes.length, 4), bytes]));
}

/** An integer of up to 64 bits. */
export function integer(value: number | bigint): Buffer {
  return code('LONG1', Buffer.concat([uint(8, 1), uint(value, 8)]));
}

export function tuple(...items: readonly Uint8Array[]): Buffer {
  return Buffer.concat([code('MARK'), ...items, code('TUPLE')]);
}

export function list(...items: readonly Uint8Array[]): Buffer {
  return Buffer.concat([code('MARK'), ...items, code('LIST')]);
}

export function dictionary(
  entries: readonly (readonly [string | Uint8Array, Uint8Array])[],
): Buffer {
  const parts = entries.flatMap(([key, value]) => [
    typeof key === 'string' ? text(key) : key,
    value,
  ]);
  return Buffer.concat([code('EMPTY_DICT'), code('MARK'), ...parts, code('SETITEMS')]);
}

export function global(module: string, name: string): Buffer {
  return code('GLOBAL', `${module}\n${name}\n`);
}

/** A call of a class or function, which Python would make. */
export function call(callee: Uint8Array, ...args: readonly Uint8Array[]): Buffer {
  return Buffer.concat([callee, tuple(...args), code('REDUCE')]);
}

export interface StorageArguments {
  readonly key?: string;
  readonly type?: string;
  readonly length: number | bigint;
}

/** A storage by its persistent id, as torch.save writes it. */
export function storage({ key = '0', type = 'FloatStorage', length }: StorageArguments): Buffer {
  return Buffer.concat([
    tuple(text('storage'), global('torch', type), text(key), text('cpu'), integer(length)),
    code('BINPERSID'),
  ]);
}

export interface TensorArguments extends StorageArguments {
  readonly offset?: number | bigint;
  readonly size: readonly (number | bigint)[];
  readonly stride: readonly (number | bigint)[];
}

/** A tensor as torch.save writes it. */
export function tensor({ offset = 0, size, stride, ...storageArguments }: TensorArguments): Buffer {
  return call(
    global('torch._utils', '_rebuild_tensor_v2'),
    storage(storageArguments),
    integer(offset),
    tuple(...size.map(integer)),
    tuple(...stride.map(integer)),
    code('NEWFALSE'),
    call(global('collections', 'OrderedDict')),
  );
}
