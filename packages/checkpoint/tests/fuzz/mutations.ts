import type { Random } from '@msanet/tensor';
import { opcodes } from '../../src/pickle/opcodes.js';
import { uint } from '../support/pickle-bytes.js';

type Mutation = (bytes: Buffer, random: Random) => Buffer;

/** Integers at which bounds, signs and roundings change. */
const extremes = [
  ...[0n, 1n, -1n, -2n, 0x7fn, 0xffn, 0x7fffn, 0xffffn, 2n ** 31n - 1n, 2n ** 32n - 1n],
  ...[31n, 32n, 40n, 52n, 53n, 62n, 63n].map((power) => 2n ** power),
  2n ** 53n - 1n,
];
const opcodeBytes = Object.values(opcodes);

const mutations: readonly Mutation[] = [
  ...[flipBit, setByte, setOpcode, setInteger, widenInteger, setDigit, setDigit],
  ...[truncate, insert, remove, repeat, exchange],
];

/** A copy of a file with one to four random changes. */
export function mutate(file: Uint8Array, random: Random): Buffer {
  let bytes: Buffer = Buffer.from(file);
  for (let left = 1 + random.integer(4); left > 0 && bytes.length > 0; left--) {
    bytes = mutations[random.integer(mutations.length)](bytes, random);
  }
  return bytes;
}

function flipBit(bytes: Buffer, random: Random): Buffer {
  bytes[random.integer(bytes.length)] ^= 1 << random.integer(8);
  return bytes;
}

function setByte(bytes: Buffer, random: Random): Buffer {
  bytes[random.integer(bytes.length)] = random.integer(256);
  return bytes;
}

/** Puts a pickle opcode in the place of a byte, mostly of one that is an opcode too. */
function setOpcode(bytes: Buffer, random: Random): Buffer {
  const start = random.integer(bytes.length);
  const found = bytes.subarray(start).findIndex((byte) => (opcodeBytes as number[]).includes(byte));
  bytes[start + Math.max(found, 0)] = opcodeBytes[random.integer(opcodeBytes.length)];
  return bytes;
}

/** Overwrites one, two, four or eight bytes with an integer, in either byte order: a length, a size, an offset. */
function setInteger(bytes: Buffer, random: Random): Buffer {
  const value = uint(extremes[random.integer(extremes.length)], [1, 2, 4, 8][random.integer(4)]);
  if (random.integer(4) === 0) value.reverse();
  value.copy(bytes, random.integer(bytes.length));
  return bytes;
}

/** Puts a large integer in the place of a small one that a pickle holds: an axis, a stride, a number of elements. */
function widenInteger(bytes: Buffer, random: Random): Buffer {
  const position = bytes.indexOf(opcodes.BININT1, random.integer(bytes.length));
  if (position < 0) return bytes;
  const value = uint(2 ** random.integer(32) - random.integer(2), 4);
  const wide = [Buffer.from([opcodes.BININT]), value];
  return Buffer.concat([bytes.subarray(0, position), ...wide, bytes.subarray(position + 2)]);
}

/** Changes a digit of a number that is written as text, if there is one. */
function setDigit(bytes: Buffer, random: Random): Buffer {
  const start = random.integer(bytes.length);
  const found = bytes.subarray(start).findIndex((byte) => byte >= 0x30 && byte <= 0x39);
  if (found >= 0) bytes[start + found] = 0x30 + random.integer(10);
  return bytes;
}

function truncate(bytes: Buffer, random: Random): Buffer {
  return bytes.subarray(0, random.integer(bytes.length));
}

function insert(bytes: Buffer, random: Random): Buffer {
  const position = random.integer(bytes.length);
  const inserted = Buffer.from(
    Array.from({ length: 1 + random.integer(16) }, () => random.integer(256)),
  );
  return Buffer.concat([bytes.subarray(0, position), inserted, bytes.subarray(position)]);
}

function remove(bytes: Buffer, random: Random): Buffer {
  const [start, end] = range(bytes, random);
  return Buffer.concat([bytes.subarray(0, start), bytes.subarray(end)]);
}

/** Repeats a stretch up to 64 times. */
function repeat(bytes: Buffer, random: Random): Buffer {
  const [start, end] = range(bytes, random);
  const copies = Array<Buffer>(1 + random.integer(64)).fill(bytes.subarray(start, end));
  return Buffer.concat([bytes.subarray(0, end), ...copies, bytes.subarray(end)]);
}

/** Overwrites one stretch with another. */
function exchange(bytes: Buffer, random: Random): Buffer {
  const [start, end] = range(bytes, random);
  Buffer.from(bytes.subarray(start, end)).copy(bytes, random.integer(bytes.length));
  return bytes;
}

/** A stretch of at most 64 bytes. */
function range(bytes: Buffer, random: Random): [start: number, end: number] {
  const start = random.integer(bytes.length);
  return [start, Math.min(bytes.length, start + 1 + random.integer(64))];
}
