import { InertValue } from '../inert.js';
import {
  type CheckpointValue,
  describeValue,
  isDictionary,
  isHashable,
  isList,
  isSet,
} from '../value.js';
import type { PickleMachine } from './pickle-machine.js';

/** Opcodes that make lists, tuples, dictionaries and sets, and that fill them. */
export const containerOpcodes = {
  EMPTY_LIST: (machine) => machine.push([]),
  EMPTY_TUPLE: (machine) => machine.push(tuple([])),
  EMPTY_DICT: (machine) => machine.push(new Map()),
  EMPTY_SET: (machine) => machine.push(new Set()),

  LIST: (machine) => machine.push(machine.popMarked()),
  TUPLE: (machine) => machine.push(tuple(machine.popMarked())),
  TUPLE1: (machine) => pushTuple(machine, 1),
  TUPLE2: (machine) => pushTuple(machine, 2),
  TUPLE3: (machine) => pushTuple(machine, 3),
  DICT: (machine) => {
    const items = machine.popMarked();
    const dictionary = new Map<CheckpointValue, CheckpointValue>();
    setItems(machine, dictionary, items);
    machine.push(dictionary);
  },
  FROZENSET: (machine) => {
    const set = new Set<CheckpointValue>();
    addItems(machine, set, machine.popMarked());
    machine.push(Object.freeze(set));
  },

  APPEND: (machine) => {
    const item = machine.pop();
    append(machine, machine.top(), [item]);
  },
  APPENDS: (machine) => {
    const items = machine.popMarked();
    append(machine, machine.top(), items);
  },
  SETITEM: (machine) => {
    const value = machine.pop();
    const key = machine.pop();
    setItems(machine, machine.top(), [key, value]);
  },
  SETITEMS: (machine) => {
    const items = machine.popMarked();
    setItems(machine, machine.top(), items);
  },
  ADDITEMS: (machine) => {
    const items = machine.popMarked();
    addItems(machine, machine.top(), items);
  },
} as const satisfies Record<string, (machine: PickleMachine) => void>;

function tuple(items: CheckpointValue[]): CheckpointValue {
  return Object.freeze(items);
}

function pushTuple(machine: PickleMachine, length: number): void {
  const items = new Array<CheckpointValue>(length);
  for (let index = length - 1; index >= 0; index--) items[index] = machine.pop();
  machine.push(tuple(items));
}

function append(
  machine: PickleMachine,
  target: CheckpointValue,
  items: readonly CheckpointValue[],
): void {
  if (target instanceof InertValue) target.items ??= [];
  const list = target instanceof InertValue ? target.items : target;
  if (list === undefined || !isList(list)) throw machine.fail('a list', describeValue(target));
  for (const item of items) list.push(item);
}

function setItems(
  machine: PickleMachine,
  target: CheckpointValue,
  items: readonly CheckpointValue[],
): void {
  if (target instanceof InertValue) target.entries ??= new Map();
  const dictionary = target instanceof InertValue ? target.entries : target;
  if (dictionary === undefined || !isDictionary(dictionary)) {
    throw machine.fail('a dictionary', describeValue(target));
  }
  if (items.length % 2 !== 0) throw machine.fail('a value for each key', 'a key without one');
  for (let index = 0; index < items.length; index += 2) {
    expectHashable(machine, items[index]);
    dictionary.set(items[index], items[index + 1]);
  }
}

function addItems(
  machine: PickleMachine,
  target: CheckpointValue,
  items: readonly CheckpointValue[],
): void {
  if (target instanceof InertValue) return append(machine, target, items);
  if (!isSet(target) || Object.isFrozen(target)) throw machine.fail('a set', describeValue(target));
  for (const item of items) {
    expectHashable(machine, item);
    target.add(item);
  }
}

function expectHashable(machine: PickleMachine, key: CheckpointValue): void {
  if (!isHashable(key)) throw machine.fail('a hashable key', describeValue(key));
}
