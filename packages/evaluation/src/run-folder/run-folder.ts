import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { MsanetError } from '@msanet/core';
import { unwritable } from './line-file.js';
import { checkSameRun, runFormat, type Manifest } from './manifest.js';
import { takeLock, type RunLock } from './run-lock.js';
import { writeWholeFile } from './whole-file.js';

/** The files of a run folder. */
export const runFiles = {
  manifest: 'manifest.json',
  clips: 'clips.jsonl',
  records: 'records.jsonl',
  summary: 'summary.json',
  table: 'table.txt',
  csv: 'table.csv',
  videos: 'videos',
  scratch: 'scratch',
  lock: 'lock',
} as const;

/** A run folder that belongs to this process until it is closed. */
export class RunFolder {
  readonly path: string;
  /** The manifest of the run that is resumed; `undefined` for a new one. */
  readonly manifest: Manifest | undefined;
  readonly #lock: RunLock;
  /** Whether the folder was not there before. */
  readonly #made: boolean;

  private constructor(path: string, lock: RunLock, manifest: Manifest | undefined, made: boolean) {
    this.path = path;
    this.manifest = manifest;
    this.#lock = lock;
    this.#made = made;
  }

  /**
   * Opens a folder for a run and locks it.
   *
   * @param resume whether a run that is there is to be continued; a new folder is fine either way
   * @throws MsanetError `RUN_EXISTS` when something is there and is not to be resumed, `RUN_LOCKED`, `RUN_INVALID`,
   *   `OUTPUT_UNWRITABLE`
   */
  static open(path: string, { resume }: { readonly resume: boolean }): RunFolder {
    let made: boolean;
    try {
      made = mkdirSync(path, { recursive: true }) !== undefined;
    } catch (error) {
      throw unwritable(path, error);
    }
    const begun = existsSync(join(path, runFiles.manifest));
    const others = readdirSync(path).filter((name) => !name.startsWith(runFiles.lock));
    if (begun ? !resume : others.some((name) => !leftByBeginning(name))) {
      throw new MsanetError({
        code: 'RUN_EXISTS',
        where: path,
        expected: 'a new or empty folder',
        got: begun ? 'a run' : others[0],
        remedy: begun
          ? 'continue that run with --resume, or choose another folder'
          : 'choose another folder',
      });
    }
    const lock = takeLock(join(path, runFiles.lock));
    try {
      rmSync(join(path, runFiles.scratch), { recursive: true, force: true });
      return new RunFolder(path, lock, begun ? readManifest(path) : undefined, made);
    } catch (error) {
      lock.release();
      throw error;
    }
  }

  /** The path of one of its files. */
  file(name: keyof typeof runFiles): string {
    return join(this.path, runFiles[name]);
  }

  /**
   * Begins the run, or makes sure that it is the one that was begun.
   *
   * @throws MsanetError `RUN_DIFFERS`, `OUTPUT_UNWRITABLE`
   */
  begin(manifest: Manifest): void {
    if (this.manifest !== undefined) {
      checkSameRun(this.manifest, manifest, this.file('manifest'));
      return;
    }
    writeWholeFile(this.file('manifest'), (write) =>
      write(`${JSON.stringify(manifest, null, 2)}\n`),
    );
  }

  /** Gives the folder back, and takes it away again if no run was begun in it. Safe to call twice. */
  close(): void {
    rmSync(this.file('scratch'), { recursive: true, force: true });
    this.#lock.release();
    if (!this.#made || existsSync(this.file('manifest'))) return;
    try {
      rmdirSync(this.path);
    } catch {
      // Somebody else put something there, or it is gone already.
    }
  }
}

/** Whether a run that was killed before its manifest was there may have left that. */
function leftByBeginning(name: string): boolean {
  return name === runFiles.scratch || name === `${runFiles.manifest}.partial`;
}

/**
 * Reads the manifest of a run.
 *
 * @param path the run folder
 * @throws MsanetError `FILE_NOT_FOUND` when there is none, `RUN_INVALID` when it is none of this format
 */
export function readManifest(path: string): Manifest {
  const file = join(path, runFiles.manifest);
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new MsanetError({
      code: 'FILE_NOT_FOUND',
      where: file,
      expected: 'the manifest of a run',
      got: (error as NodeJS.ErrnoException).code ?? String(error),
      remedy: 'name the folder of a run',
      cause: error,
    });
  }
  const value = parse(text);
  if (value?.format === runFormat) return value;
  throw new MsanetError({
    code: 'RUN_INVALID',
    where: file,
    expected: `a manifest of the format ${runFormat}`,
    got: value === undefined ? 'no JSON' : `the format ${String(value.format)}`,
    remedy: 'use the version of msanet that began the run',
  });
}

function parse(text: string): Manifest | undefined {
  try {
    return JSON.parse(text) as Manifest;
  } catch {
    return undefined;
  }
}
