import type { InertClass } from '../inert.js';
import {
  type CheckpointValue,
  describeValue,
  isDictionary,
  isHashable,
  isList,
  isSet,
  isTuple,
} from '../value.js';
import type { PickleMachine } from './pickle-machine.js';

/** Makes plain data of the arguments of a call; undefined when they are of a form that it does not know. */
type Construct = (
  args: readonly CheckpointValue[],
  machine: PickleMachine,
) => CheckpointValue | undefined;

/** The classes and functions of Python itself whose calls give plain data. */
const constructs: ReadonlyMap<string, Construct> = new Map<string, Construct>([
  ['collections OrderedDict', ([items], machine) => dictionaryOf(items, machine)],
  ['collections defaultdict', ([, items], machine) => dictionaryOf(items, machine)],
  ['builtins set', ([items], machine) => setOf(items, machine)],
  ['__builtin__ set', ([items], machine) => setOf(items, machine)],
  ['builtins frozenset', ([items], machine) => Object.freeze(setOf(items, machine))],
  ['__builtin__ frozenset', ([items], machine) => Object.freeze(setOf(items, machine))],
  ['builtins bytes', ([content], machine) => bytesOf(content, 'latin1', machine)],
  ['__builtin__ bytes', ([content], machine) => bytesOf(content, 'latin1', machine)],
  ['builtins bytearray', ([content], machine) => bytesOf(content, 'latin1', machine)],
  ['__builtin__ bytearray', ([content], machine) => bytesOf(content, 'latin1', machine)],
  ['_codecs encode', ([text, encoding], machine) => bytesOf(text, encoding, machine)],
  ['torch Size', ([sizes]) => (sizes !== undefined && isTuple(sizes) ? sizes : undefined)],
]);

/** The plain data that a call gives; undefined when the class is not one of plain data. */
export function constructPlainValue(
  callee: InertClass,
  args: readonly CheckpointValue[],
  machine: PickleMachine,
): CheckpointValue | undefined {
  return constructs.get(`${callee.module} ${callee.name}`)?.(args, machine);
}

/** A dictionary of another one, or of a list of pairs as Python 2 wrote it. */
function dictionaryOf(
  items: CheckpointValue | undefined,
  machine: PickleMachine,
): CheckpointValue | undefined {
  const dictionary = new Map<CheckpointValue, CheckpointValue>();
  for (const pair of itemsOf(items, machine)) {
    if (!(isList(pair) || isTuple(pair)) || pair.length !== 2) {
      throw machine.fail('a key and a value', describeValue(pair));
    }
    dictionary.set(hashable(pair[0], machine), pair[1]);
  }
  return dictionary;
}

function setOf(items: CheckpointValue | undefined, machine: PickleMachine): Set<CheckpointValue> {
  const set = new Set<CheckpointValue>();
  for (const item of itemsOf(items, machine)) set.add(hashable(item, machine));
  return set;
}

/** The items of a list, tuple or set, the pairs of a dictionary, or nothing for an omitted argument. */
function itemsOf(
  items: CheckpointValue | undefined,
  machine: PickleMachine,
): Iterable<CheckpointValue> {
  if (items === undefined) return [];
  if (isList(items) || isTuple(items)) {
    machine.spend(items.length);
    return items;
  }
  if (isDictionary(items) || isSet(items)) {
    machine.spend(items.size);
    return items;
  }
  throw machine.fail('a list of items', describeValue(items));
}

function hashable(key: CheckpointValue, machine: PickleMachine): CheckpointValue {
  if (!isHashable(key)) throw machine.fail('a hashable key', describeValue(key));
  return key;
}

/** Text as bytes. Protocols before 3 have no bytes, so Python writes each byte as one Latin-1 character. */
function bytesOf(
  content: CheckpointValue | undefined,
  encoding: CheckpointValue | undefined,
  machine: PickleMachine,
): CheckpointValue | undefined {
  if (content === undefined) return new Uint8Array();
  if (content instanceof Uint8Array) return content;
  if (typeof content !== 'string') return undefined;
  if (encoding !== 'latin1' && encoding !== 'latin-1') return undefined;
  // Work in proportion to the length, in the unit of what a step may cost in memory.
  machine.spend(Math.ceil(content.length / 64));
  if (/[^\u0000-\u00ff]/.test(content)) throw machine.fail('Latin-1 text', 'other characters');
  return Buffer.from(content, 'latin1');
}
