import { type CheckpointValue, describeValue } from '../value.js';
import type { ByteCursor } from './byte-cursor.js';
import { containerOpcodes } from './container-opcodes.js';
import { objectOpcodes } from './object-opcodes.js';
import { type Opcode, opcodes } from './opcodes.js';
import { type PickleHost, PickleMachine } from './pickle-machine.js';
import { valueOpcodes } from './value-opcodes.js';

type Step = (machine: PickleMachine) => void;

const steps = {
  ...valueOpcodes,
  ...containerOpcodes,
  ...objectOpcodes,

  MARK: (machine) => machine.mark(),
  POP: (machine) => machine.discard(),
  POP_MARK: (machine) => machine.popMarked(),
  DUP: (machine) => machine.push(machine.top()),

  PUT: (machine) => memoize(machine, readIndex(machine)),
  BINPUT: (machine) => memoize(machine, machine.cursor.uint8()),
  LONG_BINPUT: (machine) => memoize(machine, machine.cursor.uint32()),
  MEMOIZE: (machine) => memoize(machine, machine.memo.size),
  GET: (machine) => machine.recall(readIndex(machine)),
  BINGET: (machine) => machine.recall(machine.cursor.uint8()),
  LONG_BINGET: (machine) => machine.recall(machine.cursor.uint32()),

  PROTO: (machine) => {
    const version = machine.cursor.uint8();
    if (version > 5) throw machine.fail('pickle protocol 0 to 5', `protocol ${version}`);
  },
  FRAME: (machine) => {
    const length = machine.cursor.uint64();
    if (length > machine.cursor.left) {
      throw machine.fail(`a frame of ${length} bytes`, `${machine.cursor.left} bytes`);
    }
  },
  NEXT_BUFFER: outOfBand,
  READONLY_BUFFER: outOfBand,
} as const satisfies Record<Exclude<Opcode, 'STOP'>, Step>;

const stepOfCode = new Array<Step | undefined>(256).fill(undefined);
for (const [name, step] of Object.entries(steps)) stepOfCode[opcodes[name as Opcode]] = step;

/**
 * Reads one pickle (protocols 0 to 5, Python's pickletools) from the cursor's position up to and with its STOP.
 *
 * It builds plain data and never executes anything: a class is an `InertClass`, and a call that is on no allow-list an
 * `InertValue`. It does not recurse, so nesting may be of any depth.
 *
 * @param host what persistent ids and the container's own classes mean
 * @param where what to call the pickle in an error
 * @throws MsanetError `CHECKPOINT_INVALID` when the pickle is damaged or takes more than two million steps.
 */
export function unpickle(cursor: ByteCursor, host: PickleHost, where: string): CheckpointValue {
  const machine = new PickleMachine(cursor, host, where);
  for (;;) {
    const code = machine.nextOpcode();
    if (code === opcodes.STOP) return machine.pop();
    const step = stepOfCode[code];
    if (step === undefined) throw machine.fail('a pickle opcode', 'another byte');
    step(machine);
  }
}

function memoize(machine: PickleMachine, index: number): void {
  machine.memo.set(index, machine.top());
}

function readIndex(machine: PickleMachine): number {
  const text = machine.cursor.line().toString('latin1');
  if (!/^\d{1,10}$/.test(text)) throw machine.fail('a memo index', describeValue(text));
  return Number(text);
}

function outOfBand(machine: PickleMachine): void {
  throw machine.fail('a pickle that holds its own data', 'a buffer that lies outside it');
}
