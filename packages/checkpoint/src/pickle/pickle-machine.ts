import type { InertClass } from '../inert.js';
import { invalidCheckpoint } from '../invalid-checkpoint.js';
import type { CheckpointValue } from '../value.js';
import type { ByteCursor } from './byte-cursor.js';
import { opcodeName } from './opcodes.js';

/** What a container gives the unpickler: the meaning of its persistent ids and of the classes it knows. */
export interface PickleHost {
  /** The value that a persistent id stands for. */
  persistent(id: CheckpointValue, machine: PickleMachine): CheckpointValue;
  /** The plain value that a call of a known class or function gives; undefined when it is not known. */
  construct(
    callee: InertClass,
    args: readonly CheckpointValue[],
    machine: PickleMachine,
  ): CheckpointValue | undefined;
}

/** Steps that one pickle may take: about fifty times those of a large checkpoint, some 400 MB of values at worst. */
const maximumSteps = 2 ** 21;

/** Stack, marks and memo of one pickle that is being read. */
export class PickleMachine {
  readonly cursor: ByteCursor;
  readonly host: PickleHost;
  readonly memo = new Map<number, CheckpointValue>();
  readonly #where: string;
  readonly #stack: CheckpointValue[] = [];
  /** Stack heights at which a mark lies. */
  readonly #marks: number[] = [];
  #steps = 0;
  #opcode = 0;
  #opcodePosition = 0;

  constructor(cursor: ByteCursor, host: PickleHost, where: string) {
    this.cursor = cursor;
    this.host = host;
    this.#where = where;
  }

  /** Reads the next opcode. */
  nextOpcode(): number {
    this.spend(1);
    this.#opcodePosition = this.cursor.position;
    this.#opcode = this.cursor.uint8();
    return this.#opcode;
  }

  /** An error at the current opcode. */
  readonly fail = (expected: string, got: string): Error => {
    const name = opcodeName(this.#opcode) ?? `0x${this.#opcode.toString(16)}`;
    const where = `${this.#where}, byte ${this.#opcodePosition} (${name})`;
    return invalidCheckpoint(where, expected, got);
  };

  /** Accounts for work and memory in proportion to `steps`; an opcode is one step. */
  spend(steps: number): void {
    this.#steps += steps;
    if (this.#steps > maximumSteps) {
      throw invalidCheckpoint(
        this.#where,
        `a pickle of at most ${maximumSteps} steps`,
        'one that needs more',
        'save only the state dict: torch.save(model.state_dict(), path)',
      );
    }
  }

  push(value: CheckpointValue): void {
    this.#stack.push(value);
  }

  /** Takes the topmost value; values below the last mark are out of reach. */
  pop(): CheckpointValue {
    const value = this.top();
    this.#stack.length -= 1;
    return value;
  }

  top(): CheckpointValue {
    if (this.#stack.length <= (this.#marks.at(-1) ?? 0)) {
      throw this.fail('a value on the stack', 'an empty stack');
    }
    return this.#stack[this.#stack.length - 1];
  }

  mark(): void {
    this.#marks.push(this.#stack.length);
  }

  /** Takes the last mark and all values above it. */
  popMarked(): CheckpointValue[] {
    const height = this.#marks.pop();
    if (height === undefined) throw this.fail('a mark on the stack', 'none');
    return this.#stack.splice(height);
  }

  /** Takes the topmost value, or the mark where that is topmost. */
  discard(): void {
    if (this.#marks.at(-1) === this.#stack.length) this.#marks.length -= 1;
    else this.pop();
  }

  recall(index: number): void {
    const value = this.memo.get(index);
    if (value === undefined) throw this.fail('a value in the memo', `nothing at ${index}`);
    this.push(value);
  }
}
