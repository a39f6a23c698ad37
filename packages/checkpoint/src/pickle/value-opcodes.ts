import type { CheckpointValue } from '../value.js';
import {
  decodeInteger,
  decodeString,
  parseFloatLine,
  parseInteger,
  parseString,
  parseUnicode,
} from './literals.js';
import type { PickleMachine } from './pickle-machine.js';

/** Opcodes that push one value which the bytes after them spell out. */
export const valueOpcodes = {
  NONE: (machine) => machine.push(null),
  NEWTRUE: (machine) => machine.push(true),
  NEWFALSE: (machine) => machine.push(false),

  INT: (machine) => {
    const line = machine.cursor.line();
    const text = line.length === 2 ? line.toString('latin1') : '';
    if (text === '00' || text === '01') machine.push(text === '01');
    else machine.push(expectLiteral(machine, parseInteger(line), 'an integer'));
  },
  LONG: (machine) => {
    machine.push(expectLiteral(machine, parseInteger(machine.cursor.line()), 'an integer'));
  },
  FLOAT: (machine) => {
    machine.push(expectLiteral(machine, parseFloatLine(machine.cursor.line()), 'a number'));
  },
  BININT: (machine) => machine.push(machine.cursor.int32()),
  BININT1: (machine) => machine.push(machine.cursor.uint8()),
  BININT2: (machine) => machine.push(machine.cursor.uint16()),
  LONG1: (machine) => pushInteger(machine, machine.cursor.uint8()),
  LONG4: (machine) => pushInteger(machine, machine.cursor.int32()),
  BINFLOAT: (machine) => machine.push(machine.cursor.float64()),

  STRING: (machine) => {
    const bytes = expectLiteral(machine, parseString(machine.cursor.line()), 'a quoted string');
    machine.push(decodeString(bytes));
  },
  BINSTRING: (machine) => pushString(machine, machine.cursor.int32()),
  SHORT_BINSTRING: (machine) => pushString(machine, machine.cursor.uint8()),
  UNICODE: (machine) => {
    machine.push(expectLiteral(machine, parseUnicode(machine.cursor.line()), 'text'));
  },
  BINUNICODE: (machine) => machine.push(machine.cursor.text(machine.cursor.uint32())),
  SHORT_BINUNICODE: (machine) => machine.push(machine.cursor.text(machine.cursor.uint8())),
  BINUNICODE8: (machine) => machine.push(machine.cursor.text(machine.cursor.uint64())),

  BINBYTES: (machine) => machine.push(machine.cursor.bytes(machine.cursor.uint32())),
  SHORT_BINBYTES: (machine) => machine.push(machine.cursor.bytes(machine.cursor.uint8())),
  BINBYTES8: (machine) => machine.push(machine.cursor.bytes(machine.cursor.uint64())),
  BYTEARRAY8: (machine) => machine.push(machine.cursor.bytes(machine.cursor.uint64())),
} as const satisfies Record<string, (machine: PickleMachine) => void>;

function pushInteger(machine: PickleMachine, length: number): void {
  if (length < 0) throw machine.fail('a length of at least 0', String(length));
  const value = decodeInteger(machine.cursor.bytes(length));
  machine.push(expectLiteral(machine, value, 'an integer of ordinary length'));
}

function pushString(machine: PickleMachine, length: number): void {
  if (length < 0) throw machine.fail('a length of at least 0', String(length));
  machine.push(decodeString(machine.cursor.bytes(length)));
}

function expectLiteral<T extends CheckpointValue>(
  machine: PickleMachine,
  value: T | undefined,
  expected: string,
): T {
  if (value === undefined) throw machine.fail(expected, 'something else');
  return value;
}
