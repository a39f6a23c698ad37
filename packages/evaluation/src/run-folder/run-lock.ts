import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { MsanetError } from '@msanet/core';
import { unwritable } from './line-file.js';

/** Who holds a lock. */
interface Holder {
  readonly pid: number;
  readonly host: string;
  /** When the process started, in clock ticks since boot, where the system tells: a process id is used again. */
  readonly started: string | null;
}

/** The lock of a run folder: as long as a process works in it, no other may. */
export interface RunLock {
  release(): void;
}

/**
 * Takes the lock of a run folder. That of a process that has ended is taken over; of a process on another machine nobody
 * knows, so that one counts as alive.
 *
 * @param path the lock file
 * @throws MsanetError `RUN_LOCKED` when another process holds it, `OUTPUT_UNWRITABLE`
 */
export function takeLock(path: string): RunLock {
  const own: Holder = { pid: process.pid, host: hostname(), started: startOf(process.pid) };
  const text = `${JSON.stringify(own)}\n`;
  if (!create(path, text)) {
    const there = read(path);
    const holder = parse(there);
    if (holder !== undefined && isAlive(holder)) throw held(path, holder);
    // Moving the dead lock away succeeds for one process only. Should it be a new one by now, its owner was faster.
    const aside = `${path}.${process.pid}`;
    try {
      renameSync(path, aside);
    } catch {
      throw held(path, parse(read(path)));
    }
    if (read(aside) !== there) {
      renameSync(aside, path);
      throw held(path, parse(read(path)));
    }
    rmSync(aside, { force: true });
    if (!create(path, text)) throw held(path, parse(read(path)));
  }
  let released = false;
  return {
    release() {
      if (released) return;
      released = true;
      if (read(path) === text) rmSync(path, { force: true });
    },
  };
}

/** Makes the file unless it is there. A link appears with its content or not at all. */
function create(path: string, text: string): boolean {
  const draft = `${path}.${process.pid}.draft`;
  try {
    writeFileSync(draft, text);
    linkSync(draft, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw unwritable(path, error);
  } finally {
    rmSync(draft, { force: true });
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function parse(text: string): Holder | undefined {
  try {
    return JSON.parse(text) as Holder;
  } catch {
    return undefined;
  }
}

function isAlive({ pid, host, started }: Holder): boolean {
  if (host !== hostname()) return true;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  return started === null || started === startOf(pid);
}

/** When a process started, from the 22nd field of `/proc/PID/stat`; `null` where there is none. */
function startOf(pid: number): string | null {
  const fields = read(`/proc/${pid}/stat`).split(') ').at(-1)?.split(' ') ?? [];
  return fields[19] ?? null;
}

function held(path: string, holder: Holder | undefined): MsanetError {
  return new MsanetError({
    code: 'RUN_LOCKED',
    where: path,
    expected: 'a folder in which nobody else works',
    got: holder === undefined ? 'another process' : `process ${holder.pid} on ${holder.host}`,
    remedy: 'wait for it, or remove the file if that process is gone',
  });
}
