import { availableParallelism, totalmem } from 'node:os';
import { resolve } from 'node:path';
import { MsanetError } from '@msanet/core';
import {
  RunFolder,
  WorkerPool,
  runComparison,
  writeSummary,
  type ComparisonSummary,
  type Experiment,
  type Manifest,
} from '@msanet/evaluation';
import type { Composition } from '../composition/composition.js';
import { ComparisonDisplay } from '../display/comparison-display.js';
import { launchWorker } from '../work/comparison/launch-worker.js';
import { checkExperiment } from './check-experiment.js';
import { comparisonManifest, repetitionNotes, type WorkSpread } from './comparison-manifest.js';
import { chooseClips, type ChosenClips } from './dataset-clips.js';

/** A comparison as the command line asks for it. */
export interface CompareRequest {
  /** `undefined` to go on with the run that the folder holds. */
  readonly experiment: Experiment | undefined;
  /** The run that is repeated, if one is. */
  readonly earlier: Manifest | undefined;
  readonly out: string;
  readonly resume: boolean;
  readonly workers: number | undefined;
  readonly threads: number | undefined;
}

/** What a comparison came to. */
export interface CompareResult {
  readonly summary: ComparisonSummary;
  /** Whether the user interrupted it. */
  readonly interrupted: boolean;
}

/** How many problems of a data set are told; all of them are in the manifest. */
const toldProblems = 5;

/**
 * Runs a comparison in its folder, in child processes, and sums it up.
 *
 * The first interruption ends the workers at once: what they were doing is done again by `--resume`.
 *
 * @throws MsanetError whatever its parts throw
 */
export async function compare(
  request: CompareRequest,
  composition: Composition,
): Promise<CompareResult> {
  const folder = RunFolder.open(resolve(request.out), { resume: request.resume });
  const display = new ComparisonDisplay(process.stderr);
  let interrupted = false;
  let pool: WorkerPool | undefined;
  const interrupt = (): void => {
    if (!interrupted) display.note('Stopping; what is done is kept. Go on with --resume.');
    interrupted = true;
    pool?.close();
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  try {
    const experiment = request.experiment ?? experimentOf(folder);
    await checkExperiment(experiment, composition);
    const chosen = await chooseClips(experiment);
    tellProblems(chosen, display);
    const spread = spreadWork(request, chosen.clips.length);
    const { classes, clips } = chosen;
    const setup = { experiment, classes, folder: folder.path, threads: spread.threads };
    pool = new WorkerPool(launchWorker, setup, spread.workers);
    if (interrupted) pool.close();
    const ready = await pool.start();
    for (const { name, notes } of ready.victims) {
      for (const note of notes) display.note(`${name}: ${note}`);
    }
    const manifest = await comparisonManifest(experiment, chosen, ready, composition, spread);
    if (request.earlier !== undefined) {
      for (const note of repetitionNotes(request.earlier, manifest)) display.note(`Note: ${note}.`);
    }
    folder.begin(manifest);
    await runComparison({
      experiment,
      classes,
      clips,
      folder,
      pool,
      ready,
      onProgress: (progress) => display.show(progress),
    });
    display.close();
    return { summary: writeSummary(folder.path), interrupted };
  } finally {
    pool?.close();
    display.close();
    folder.close();
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', interrupt);
  }
}

function experimentOf({ manifest, path }: RunFolder): Experiment {
  if (manifest !== undefined) return manifest.experiment;
  throw new MsanetError({
    code: 'FILE_NOT_FOUND',
    where: path,
    expected: 'a run to go on with',
    got: 'none',
    remedy: 'name the folder of a run, or say what to compare',
  });
}

function tellProblems({ problems }: ChosenClips, display: ComparisonDisplay): void {
  for (const { id, kind, detail } of problems.slice(0, toldProblems)) {
    display.note(`${id}: ${kind}, ${detail}.`);
  }
  if (problems.length > toldProblems) {
    display.note(`… and ${problems.length - toldProblems} more; all of them are in the manifest.`);
  }
}

/** Memory that a worker should find, in bytes: two full-size victims with their gradients take less. */
const memoryPerWorker = 8 * 2 ** 30;

/**
 * How many processes work, and with how many threads each. Unless told, as many processes as there are cores, each with one
 * thread: what lies between two runs of a network then keeps no core waiting. Where memory is short there are fewer, with
 * more threads.
 */
function spreadWork({ workers, threads }: CompareRequest, clips: number): WorkSpread {
  const cores = availableParallelism();
  const usual = Math.min(cores, Math.max(1, Math.floor(totalmem() / memoryPerWorker)));
  const chosen = Math.max(1, Math.min(workers ?? usual, clips));
  return { workers: chosen, threads: threads ?? Math.max(1, Math.floor(cores / chosen)) };
}
