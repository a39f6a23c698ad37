import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import {
  RunFolder,
  WorkerPool,
  runComparison,
  runFormat,
  serveWorker,
  type ComparedClip,
  type ComparisonProgress,
  type Experiment,
  type FromWorker,
  type LaunchWorker,
  type Manifest,
  type ToWorker,
  type WorkerReady,
} from '../../src/index.js';
import type { LineStorage } from '../../src/run-folder/line-file.js';
import { prepareToys, toyClasses } from './toy-comparison.js';

/** A folder for the tests of a file, removed after them. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'msanet-evaluation-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A worker in the same process, for tests that need no crash. */
export const launchInside: LaunchWorker = () => {
  let toWorker: ((message: ToWorker) => void) | undefined;
  let toParent: ((message: FromWorker) => void) | undefined;
  let exited: ((reason: string) => void) | undefined;
  let killed = false;
  serveWorker(
    {
      send: (message) => {
        // As a process does, it passes copies.
        if (!killed) toParent?.(JSON.parse(JSON.stringify(message)) as FromWorker);
      },
      onMessage: (listener) => (toWorker = listener),
    },
    prepareToys,
  );
  return {
    send: (message) => setImmediate(() => toWorker?.(message)),
    onMessage: (listener) => (toParent = listener),
    onExit: (listener) => (exited = listener),
    kill: () => {
      killed = true;
      setImmediate(() => exited?.('SIGKILL'));
    },
  };
};

/** The manifest of a toy run. */
export function toyManifest(
  experiment: Experiment,
  clips: readonly ComparedClip[],
  ready: WorkerReady,
): Manifest {
  return {
    format: runFormat,
    experiment,
    versions: { msanet: 'test' },
    files: [],
    dataset: { classes: toyClasses, clips: clips.length, sha256: 'test' },
    victims: ready.victims,
    gradientAttacks: ['climb'],
    publishedAccuracy: {},
    circumstances: {},
  };
}

/** What of a toy run can be chosen. */
export interface ToyRun {
  readonly experiment: Experiment;
  readonly clips: readonly ComparedClip[];
  readonly path: string;
  readonly launch?: LaunchWorker;
  readonly workers?: number;
  readonly resume?: boolean;
  readonly storage?: (path: string) => LineStorage;
  readonly onProgress?: (progress: ComparisonProgress, pool: WorkerPool) => void;
}

/** Runs a toy comparison in a folder. */
export async function runToys(run: ToyRun): Promise<boolean> {
  const { experiment, clips, path, launch = launchInside, workers = 1, resume = false } = run;
  const folder = RunFolder.open(path, { resume });
  const setup = { experiment, classes: toyClasses, folder: path };
  const pool = new WorkerPool(launch, setup, workers);
  try {
    const ready = await pool.start();
    folder.begin(toyManifest(experiment, clips, ready));
    return await runComparison({
      experiment,
      classes: toyClasses,
      clips,
      folder,
      pool,
      ready,
      onProgress: (progress) => run.onProgress?.(progress, pool),
      ...(run.storage === undefined ? {} : { storage: run.storage }),
    });
  } finally {
    pool.close();
    folder.close();
  }
}

/** The records of a run without their times: what two runs must have in common. */
export function recordsOf(path: string): string[] {
  return ['clips.jsonl', 'records.jsonl'].flatMap((file) =>
    readFileSync(join(path, file), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => {
        const record = JSON.parse(line) as Record<string, unknown>;
        return JSON.stringify({ ...record, times: undefined });
      }),
  );
}
