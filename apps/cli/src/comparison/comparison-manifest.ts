import { cpus, totalmem } from 'node:os';
import { timestamp } from '@msanet/core';
import {
  runFormat,
  type Experiment,
  type HashedFile,
  type Manifest,
  type WorkerReady,
} from '@msanet/evaluation';
import type { Composition } from '../composition/composition.js';
import { hashFile } from '../files/hash-file.js';
import { versions } from '../versions.js';
import { knownAccuracy, type ChosenClips } from './dataset-clips.js';

/** How the work is spread; it does not decide the records. */
export interface WorkSpread {
  readonly workers: number;
  readonly threads: number;
}

/** The manifest of a comparison on this machine. */
export async function comparisonManifest(
  experiment: Experiment,
  chosen: ChosenClips,
  ready: WorkerReady,
  composition: Composition,
  spread: WorkSpread,
): Promise<Manifest> {
  const [processor] = cpus();
  return {
    format: runFormat,
    experiment,
    versions: { ...versions() },
    files: await decidingFiles(experiment, chosen.listFiles),
    dataset: chosen.identity,
    victims: ready.victims,
    gradientAttacks: experiment.attacks
      .filter(({ attack }) => composition.plugin('attack', attack).requires.inputGradient)
      .map(({ name }) => name),
    publishedAccuracy: knownAccuracy(experiment),
    circumstances: {
      started: timestamp(),
      ...spread,
      processor: processor?.model ?? 'unknown',
      cores: cpus().length,
      memory: totalmem(),
      problems: chosen.problems,
    },
  };
}

/** The files that options name, and the lists of the data set, with their hashes. */
async function decidingFiles(
  { victims, attacks }: Experiment,
  listFiles: readonly string[],
): Promise<HashedFile[]> {
  const named = [...victims, ...attacks].flatMap(({ options }) =>
    Object.values(options).filter((value) => typeof value === 'string'),
  );
  const files: HashedFile[] = [];
  for (const path of new Set([...named, ...listFiles])) {
    const hashed = await hashFile(path);
    if (hashed !== undefined) files.push({ path, ...hashed });
  }
  return files;
}

/** What is not as it was when a run to repeat was made, one sentence each. */
export function repetitionNotes(earlier: Manifest, now: Manifest): string[] {
  const notes: string[] = [];
  for (const [name, version] of Object.entries(earlier.versions)) {
    const own = now.versions[name];
    if (own !== version) notes.push(`${name} was ${version} in that run and is ${own} now`);
  }
  for (const { path, sha256 } of earlier.files) {
    const own = now.files.find((file) => file.path === path);
    if (own?.sha256 !== sha256) notes.push(`${path} is not the file of that run`);
  }
  if (earlier.dataset.sha256 !== now.dataset.sha256) {
    notes.push('the clips are not those of that run');
  }
  return notes;
}
