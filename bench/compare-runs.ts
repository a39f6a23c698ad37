import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runFiles, type AttackRecord, type ClipRecord } from '@msanet/evaluation';

/** PGD-10 on demo-actions, as `msanet compare` is asked for it. */
export interface CompareOptions {
  /** As `--victim` takes them. */
  readonly victims: readonly string[];
  readonly clips: number;
  /** Folder of demo-actions; the command's own when absent. */
  readonly root: string | undefined;
  readonly workers: number;
  readonly threads: number;
  /** Folder of the run. */
  readonly out: string;
}

const command = fileURLToPath(new URL('../apps/cli/bin/msanet.js', import.meta.url));

/**
 * Starts `msanet compare`, the built command. Every clip is attacked for all ten steps, whether or not the victims know
 * it: each has a random target, and there is no early stop.
 */
export function startCompare(options: CompareOptions): ChildProcess {
  const { victims, clips, root, workers, threads, out } = options;
  const argv = [
    'compare',
    ...victims.flatMap((victim) => ['--victim', victim]),
    ...['--attack', 'pgd:steps=10,earlyStop=false', '--target', 'random', '--select', 'all'],
    ...['--dataset', 'demo-actions', '--part', 'all', '--clips', String(clips)],
    ...(root === undefined ? [] : ['--root', root]),
    ...['--workers', String(workers), '--threads', String(threads), '--out', out, '--json'],
  ];
  return spawn(process.execPath, [command, ...argv], { stdio: ['ignore', 'ignore', 'pipe'] });
}

/** Waits for the end of a comparison. */
export async function finished(child: ChildProcess): Promise<void> {
  let said = '';
  child.stderr?.on('data', (text: Buffer) => (said = `${said}${text.toString()}`.slice(-2000)));
  const code = await new Promise((resolve) => child.on('close', resolve));
  if (code !== 0) throw new Error(`msanet compare ended with ${String(code)}: ${said}`);
}

/** What a run has recorded of its clips. */
export const clipRecords = (out: string): ClipRecord[] => recordsIn(join(out, runFiles.clips));

/** What a run has recorded of its attacks. */
export const attackRecords = (out: string): AttackRecord[] =>
  recordsIn(join(out, runFiles.records));

function recordsIn<R>(file: string): R[] {
  if (!existsSync(file)) return [];
  // A line that is being written has no end yet.
  const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1);
  return lines.map((line) => JSON.parse(line) as R);
}
