import type { ClipReference } from './clip-reference.js';

/** Longest list that is read. */
const maximumLength = 1_000_000;

/**
 * Reads a Python list of whole numbers and texts as `pickle.dump` writes it with protocol 2 to 5. Published lists of clips come
 * in such files, as the `used_idxs.pkl` of Temporal Translation (Wei et al., AAAI 2022).
 *
 * Only the opcodes of such lists are known; nothing is looked up or run, whatever the file holds.
 *
 * @returns the entries, or what is wrong with the file
 */
export function parsePickledList(file: Uint8Array): ClipReference[] | string {
  return new PickledList(file).read();
}

const mark = Symbol('mark');

type Item = ClipReference | typeof mark | ClipReference[];

class PickledList {
  readonly #file: Uint8Array;
  readonly #view: DataView;
  readonly #stack: Item[] = [];
  readonly #memo = new Map<number, Item>();
  #position = 0;

  constructor(file: Uint8Array) {
    this.#file = file;
    this.#view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  }

  read(): ClipReference[] | string {
    while (this.#position < this.#file.length) {
      const opcode = this.#file[this.#position++];
      if (opcode === 0x2e) return this.#result();
      if (this.#stack.length > maximumLength) return 'a list that is too long';
      if (!this.#step(opcode)) return 'a pickle of something else than numbers and texts';
    }
    return 'a file that is cut off';
  }

  /** Follows one opcode; false where it is none of a list, or where the file ends inside it. */
  #step(opcode: number): boolean {
    switch (opcode) {
      case 0x80: // PROTO
        return this.#bytes(1) !== undefined;
      case 0x95: // FRAME
        return this.#bytes(8) !== undefined;
      case 0x5d: // EMPTY_LIST
        return this.#push([]);
      case 0x28: // MARK
        return this.#push(mark);
      case 0x4b: // BININT1
        return this.#push(this.#unsigned(1));
      case 0x4d: // BININT2
        return this.#push(this.#unsigned(2));
      case 0x4a: // BININT
        return this.#push(this.#signed());
      case 0x8c: // SHORT_BINUNICODE
        return this.#push(this.#text(this.#unsigned(1)));
      case 0x58: // BINUNICODE
        return this.#push(this.#text(this.#unsigned(4)));
      case 0x71: // BINPUT
        return this.#remember(this.#unsigned(1));
      case 0x72: // LONG_BINPUT
        return this.#remember(this.#unsigned(4));
      case 0x94: // MEMOIZE
        return this.#remember(this.#memo.size);
      case 0x68: // BINGET
        return this.#recall(this.#unsigned(1));
      case 0x6a: // LONG_BINGET
        return this.#recall(this.#unsigned(4));
      case 0x61: // APPEND
        return this.#append(this.#stack.length - 1, this.#stack.length - 1);
      case 0x65: // APPENDS
        return this.#appendFromMark();
      default:
        return false;
    }
  }

  #result(): ClipReference[] | string {
    const [list] = this.#stack;
    return this.#stack.length === 1 && Array.isArray(list) ? list : 'a pickle of no list';
  }

  #push(item: Item | undefined): boolean {
    if (item === undefined) return false;
    this.#stack.push(item);
    return true;
  }

  #remember(key: number | undefined): boolean {
    const item = this.#stack.at(-1);
    if (key === undefined || item === undefined) return false;
    this.#memo.set(key, item);
    return true;
  }

  #recall(key: number | undefined): boolean {
    return key !== undefined && this.#push(this.#memo.get(key));
  }

  #appendFromMark(): boolean {
    const start = this.#stack.lastIndexOf(mark);
    return this.#append(start, start + 1);
  }

  /** Moves the items from `first` into the list below `end`, which is where the stack ends afterwards. */
  #append(end: number, first: number): boolean {
    const list = this.#stack[end - 1];
    if (end < 1 || !Array.isArray(list)) return false;
    const items = this.#stack.slice(first);
    this.#stack.length = end;
    for (const item of items) {
      if (typeof item !== 'number' && typeof item !== 'string') return false;
      list.push(item);
    }
    return list.length <= maximumLength;
  }

  #unsigned(size: 1 | 2 | 4): number | undefined {
    const start = this.#bytes(size);
    if (start === undefined) return undefined;
    if (size === 1) return this.#view.getUint8(start);
    return size === 2 ? this.#view.getUint16(start, true) : this.#view.getUint32(start, true);
  }

  #signed(): number | undefined {
    const value = this.#unsigned(4);
    return value === undefined ? undefined : value | 0;
  }

  #text(length: number | undefined): string | undefined {
    const start = length === undefined ? undefined : this.#bytes(length);
    if (start === undefined) return undefined;
    return new TextDecoder().decode(this.#file.subarray(start, this.#position));
  }

  /** Passes over bytes and returns where they start. */
  #bytes(count: number): number | undefined {
    const start = this.#position;
    if (count > this.#file.length - start) return undefined;
    this.#position += count;
    return start;
  }
}
