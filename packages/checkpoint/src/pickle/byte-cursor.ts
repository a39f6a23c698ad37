import { invalidCheckpoint } from '../invalid-checkpoint.js';

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Reads bytes in order and never beyond their end; what it hands out are views, not copies. */
export class ByteCursor {
  readonly #bytes: Buffer;
  readonly #where: string;
  #position = 0;

  /** @param where what to call the bytes in an error */
  constructor(bytes: Uint8Array, where: string) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#where = where;
  }

  /** Offset of the next byte. */
  get position(): number {
    return this.#position;
  }

  /** Number of bytes that are left. */
  get left(): number {
    return this.#bytes.length - this.#position;
  }

  /** An error at the current position. */
  fail(expected: string, got: string): Error {
    return invalidCheckpoint(`${this.#where}, byte ${this.#position}`, expected, got);
  }

  /** The next `length` bytes. */
  bytes(length: number): Uint8Array {
    const start = this.#advance(length);
    return this.#bytes.subarray(start, start + length);
  }

  uint8(): number {
    return this.#bytes[this.#advance(1)];
  }

  uint16(): number {
    return this.#bytes.readUInt16LE(this.#advance(2));
  }

  uint32(): number {
    return this.#bytes.readUInt32LE(this.#advance(4));
  }

  int32(): number {
    return this.#bytes.readInt32LE(this.#advance(4));
  }

  /** An unsigned 64-bit integer that counts something; beyond 2^53 it is rounded, and larger than any file. */
  uint64(): number {
    return Number(this.#bytes.readBigUInt64LE(this.#advance(8)));
  }

  /** A big-endian float64, as pickles hold them. */
  float64(): number {
    return this.#bytes.readDoubleBE(this.#advance(8));
  }

  /** `length` bytes of UTF-8 text. */
  text(length: number): string {
    const bytes = this.bytes(length);
    try {
      return utf8.decode(bytes);
    } catch {
      throw this.fail('text in UTF-8', 'other bytes');
    }
  }

  /** The bytes up to the next line feed, which is skipped. */
  line(): Buffer {
    const end = this.#bytes.indexOf(0x0a, this.#position);
    if (end < 0) throw this.fail('a line', 'no end of line');
    const line = this.#bytes.subarray(this.#position, end);
    this.#position = end + 1;
    return line;
  }

  #advance(length: number): number {
    if (length > this.left) {
      throw this.fail(`${length} bytes more`, `the end of the file after ${this.left}`);
    }
    const start = this.#position;
    this.#position += length;
    return start;
  }
}
