import { isMsanetError } from '@msanet/tensor';
import { type Entry, fromBufferPromise, type ZipFile } from 'yauzl';
import { decompressDeflate } from '../decompress.js';
import { invalidCheckpoint } from '../invalid-checkpoint.js';
import type { MemoryAllowance } from '../memory-allowance.js';

/** Most entries of an archive: about a hundred times those of a large checkpoint. */
const maximumEntries = 2 ** 17;

const stored = 0;
const deflated = 8;

/** A zip archive in memory. Checksums are not compared: PyTorch neither checks nor always writes them. */
export class ZipArchive {
  readonly #file: Uint8Array;
  readonly #directory: ZipFile;
  readonly #entries: ReadonlyMap<string, Entry>;
  readonly #where: string;

  private constructor(
    file: Uint8Array,
    directory: ZipFile,
    entries: ReadonlyMap<string, Entry>,
    where: string,
  ) {
    this.#file = file;
    this.#directory = directory;
    this.#entries = entries;
    this.#where = where;
  }

  /**
   * Reads the directory of an archive (zip64 too).
   *
   * @throws MsanetError `CHECKPOINT_INVALID` when the directory is damaged, names an entry twice, or is very long.
   */
  static async open(file: Uint8Array, where: string): Promise<ZipArchive> {
    const entries = new Map<string, Entry>();
    try {
      const buffer = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
      const directory = await fromBufferPromise(buffer, { lazyEntries: true });
      if (directory.entryCount > maximumEntries) {
        const got = `${directory.entryCount} entries`;
        throw invalidCheckpoint(where, `a zip archive of at most ${maximumEntries} entries`, got);
      }
      for await (const entry of directory.eachEntry()) {
        if (entries.has(entry.fileName)) {
          throw invalidCheckpoint(where, 'each zip entry once', `${entry.fileName} twice`);
        }
        entries.set(entry.fileName, entry);
      }
      return new ZipArchive(file, directory, entries, where);
    } catch (error) {
      throw asDamaged(error, where);
    }
  }

  /** The names of all entries, in the order of the directory. */
  get names(): readonly string[] {
    return [...this.#entries.keys()];
  }

  /**
   * The bytes of an entry: a view of the archive, or the decompressed bytes of a deflated entry.
   *
   * @param length how many bytes it must have; by default any number
   * @throws MsanetError `CHECKPOINT_INVALID` when there is no such entry, it has another length, or it leaves the file.
   */
  async read(name: string, allowance: MemoryAllowance, length?: number): Promise<Uint8Array> {
    const where = `${this.#where}: ${name}`;
    const entry = this.#entries.get(name);
    if (entry === undefined) throw invalidCheckpoint(where, 'a zip entry', 'none of that name');
    if (length !== undefined && entry.uncompressedSize !== length) {
      throw invalidCheckpoint(where, `${length} bytes`, `${entry.uncompressedSize}`);
    }
    if (entry.isEncrypted()) {
      throw invalidCheckpoint(where, 'a plain zip entry', 'an encrypted one');
    }
    const start = await this.#dataStart(entry, where);
    const bytes = this.#file.subarray(start, start + entry.compressedSize);
    if (entry.compressionMethod === stored) return bytes;
    if (entry.compressionMethod === deflated) {
      return decompressDeflate(bytes, entry.uncompressedSize, allowance, where);
    }
    const got = `compression method ${entry.compressionMethod}`;
    throw invalidCheckpoint(where, 'a stored or deflated zip entry', got);
  }

  /** Where the bytes of an entry begin; yauzl refuses one that does not end within the file. */
  async #dataStart(entry: Entry, where: string): Promise<number> {
    try {
      const header = await this.#directory.readLocalFileHeaderPromise(entry, { minimal: true });
      return header.fileDataStart;
    } catch (error) {
      throw asDamaged(error, where);
    }
  }
}

function asDamaged(error: unknown, where: string): Error {
  if (isMsanetError(error)) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return invalidCheckpoint(where, 'a whole zip archive', reason, undefined, error);
}
