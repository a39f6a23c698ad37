import { invalidCheckpoint } from '../invalid-checkpoint.js';
import { type CheckpointValue, describeValue, isDictionary } from '../value.js';
import { InertValue } from '../inert.js';
import { StoredTensor } from './stored-tensor.js';

/** Tensors of a state dict by name, and what else the pickle holds. */
export interface StateDict {
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  readonly metadata: ReadonlyMap<string, CheckpointValue>;
}

/** Entries of a training checkpoint under which the state dict is found, in the order in which they are tried. */
export const stateDictEntries = ['state_dict', 'model_state', 'model_state_dict', 'model'] as const;

const deepestNesting = 64;

/** What all names may cost together; a name costs its length and 16. A hundred thousand parameters take half of it. */
const namesLimit = 2 ** 24;

/**
 * Finds the state dict in the root value of a pickle.
 *
 * It is the first of the entries `state_dict`, `model_state`, `model_state_dict` and `model` that is a dictionary with a
 * tensor in it, otherwise the root itself. Nested dictionaries are joined with dots. What is no tensor goes to the
 * metadata: the root's other entries as they are, those of the state dict under their dotted names.
 *
 * @throws MsanetError `CHECKPOINT_INVALID` when there is no tensor to be found, or two have the same name.
 */
export function findStateDict(root: CheckpointValue, where: string): StateDict {
  if (!isDictionary(root)) throw noStateDict(where, describeValue(root), root);
  for (const entry of stateDictEntries) {
    const value = root.get(entry);
    if (value === undefined || !isDictionary(value)) continue;
    const found = new Flattening(where, `${entry}.`);
    found.add(value, '', 0);
    if (found.tensors.size === 0) continue;
    for (const [key, other] of root) {
      if (key !== entry) found.metadata.set(nameOf(key) ?? describeValue(key), other);
    }
    return found;
  }
  const found = new Flattening(where, '');
  found.add(root, '', 0);
  if (found.tensors.size > 0) return found;
  const names = [...root.keys()].slice(0, 5).map((key) => nameOf(key) ?? describeValue(key));
  const model = stateDictEntries
    .map((entry) => root.get(entry))
    .find((value) => value !== undefined);
  throw noStateDict(where, `a dictionary of ${names.join(', ') || 'nothing'}`, model ?? null);
}

/** A state dict while its nested dictionaries are being joined. */
class Flattening implements StateDict {
  readonly tensors = new Map<string, StoredTensor>();
  readonly metadata = new Map<string, CheckpointValue>();
  readonly #where: string;
  readonly #metadataPrefix: string;
  #namesLeft = namesLimit;

  /** @param metadataPrefix what goes before the names of values that are no tensors */
  constructor(where: string, metadataPrefix: string) {
    this.#where = where;
    this.#metadataPrefix = metadataPrefix;
  }

  /** Adds the entries of a dictionary that lies `depth` dictionaries deep, under names that begin with `prefix`. */
  add(
    dictionary: ReadonlyMap<CheckpointValue, CheckpointValue>,
    prefix: string,
    depth: number,
  ): void {
    if (depth > deepestNesting) {
      const got = `more, at ${prefix}`;
      throw invalidCheckpoint(
        this.#where,
        `dictionaries nested at most ${deepestNesting} deep`,
        got,
      );
    }
    for (const [key, value] of dictionary) {
      const part = nameOf(key) ?? describeValue(key);
      const name = `${prefix}${part}`;
      this.#spend(name.length + 16);
      if (value instanceof StoredTensor) {
        if (this.tensors.has(name)) {
          throw invalidCheckpoint(this.#where, 'each tensor name once', `${name} twice`);
        }
        this.tensors.set(name, value);
      } else if (isDictionary(value) && this.#hasOnlyNames(value)) {
        this.add(value, `${name}.`, depth + 1);
      } else {
        this.metadata.set(`${this.#metadataPrefix}${name}`, value);
      }
    }
  }

  /** Looking at a dictionary that is shared a million times costs as much as one that is not. */
  #hasOnlyNames(dictionary: ReadonlyMap<CheckpointValue, CheckpointValue>): boolean {
    this.#spend(dictionary.size);
    for (const key of dictionary.keys()) if (nameOf(key) === undefined) return false;
    return true;
  }

  #spend(cost: number): void {
    this.#namesLeft -= cost;
    if (this.#namesLeft < 0) {
      throw invalidCheckpoint(
        this.#where,
        `tensor names of at most ${namesLimit} characters together`,
        'more',
      );
    }
  }
}

function nameOf(key: CheckpointValue): string | undefined {
  return ['string', 'number', 'bigint'].includes(typeof key) ? String(key) : undefined;
}

function noStateDict(where: string, got: string, model: CheckpointValue): Error {
  const remedy =
    model instanceof InertValue
      ? `it seems to hold a whole model (${model.class}): load it in Python and save model.state_dict()`
      : 'save the weights with torch.save(model.state_dict(), path)';
  return invalidCheckpoint(where, 'a state dict: a dictionary of tensors', got, remedy);
}
