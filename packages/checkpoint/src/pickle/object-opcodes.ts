import { InertClass, InertValue } from '../inert.js';
import { StoredTensor } from '../torch/stored-tensor.js';
import { type CheckpointValue, describeValue, isDictionary, isTuple } from '../value.js';
import { constructPlainValue } from './plain-values.js';
import type { PickleMachine } from './pickle-machine.js';

/**
 * The opcodes with which a pickle names classes, calls them and sets their attributes.
 *
 * This is where Python would run what the file says. Here a name is only a name, and a call only a record of one, except for
 * the few that the allow-lists turn into plain data.
 */
export const objectOpcodes = {
  GLOBAL: (machine) => {
    const [module, name] = [readName(machine), readName(machine)];
    machine.push(new InertClass(module, name));
  },
  STACK_GLOBAL: (machine) => {
    const name = machine.pop();
    const module = machine.pop();
    if (typeof module !== 'string' || typeof name !== 'string') {
      throw machine.fail('a module and a name', `${describeValue(module)}, ${describeValue(name)}`);
    }
    machine.push(new InertClass(module, name));
  },
  EXT1: (machine) => pushExtension(machine, machine.cursor.uint8()),
  EXT2: (machine) => pushExtension(machine, machine.cursor.uint16()),
  EXT4: (machine) => pushExtension(machine, machine.cursor.int32()),

  REDUCE: callTopmost,
  NEWOBJ: callTopmost,
  NEWOBJ_EX: (machine) => {
    const keywords = machine.pop();
    const args = machine.pop();
    machine.push(call(machine, machine.pop(), Object.freeze([args, keywords])));
  },
  INST: (machine) => {
    const [module, name] = [readName(machine), readName(machine)];
    const args = Object.freeze(machine.popMarked());
    machine.push(call(machine, new InertClass(module, name), args));
  },
  OBJ: (machine) => {
    const [callee, ...args] = machine.popMarked();
    if (callee === undefined) throw machine.fail('a class', 'nothing');
    machine.push(call(machine, callee, Object.freeze(args)));
  },
  BUILD: (machine) => {
    const state = machine.pop();
    const target = machine.top();
    if (target instanceof InertValue) target.state = state;
    // Attributes of a state dict (its _metadata) and of a tensor say nothing about the weights.
    else if (!isDictionary(target) && !(target instanceof StoredTensor)) {
      throw machine.fail('an object', describeValue(target));
    }
  },

  PERSID: (machine) => machine.push(machine.host.persistent(readName(machine), machine)),
  BINPERSID: (machine) => machine.push(machine.host.persistent(machine.pop(), machine)),
} as const satisfies Record<string, (machine: PickleMachine) => void>;

function callTopmost(machine: PickleMachine): void {
  const args = machine.pop();
  const callee = machine.pop();
  if (!isTuple(args)) throw machine.fail('a tuple of arguments', describeValue(args));
  machine.push(call(machine, callee, args));
}

function call(
  machine: PickleMachine,
  callee: CheckpointValue,
  args: readonly CheckpointValue[],
): CheckpointValue {
  if (!(callee instanceof InertClass)) {
    return new InertValue('<call>', Object.freeze([callee, args]));
  }
  return (
    constructPlainValue(callee, args, machine) ??
    machine.host.construct(callee, args, machine) ??
    new InertValue(callee.qualifiedName, args)
  );
}

function pushExtension(machine: PickleMachine, code: number): void {
  machine.push(new InertClass('copyreg', `extension ${code}`));
}

function readName(machine: PickleMachine): string {
  return machine.cursor.line().toString('utf8');
}
