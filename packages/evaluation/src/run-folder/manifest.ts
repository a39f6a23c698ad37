import { MsanetError } from '@msanet/core';
import type { Experiment } from '../comparison/experiment.js';
import { formatPath } from '../comparison/parse-experiment.js';

/** The format of run folders that this package writes. */
export const runFormat = 'msanet-run/1';

/** What a victim is, as the process that loaded it tells. */
export interface VictimDescription {
  readonly name: string;
  /** Frames, height and width of its input. */
  readonly input: { readonly frames: number; readonly height: number; readonly width: number };
  readonly shortSide: number;
  /** Its frame sampling, for people. */
  readonly sampling: string;
  readonly classes: number;
  readonly inputGradient: boolean;
  /** The device that computes. */
  readonly device: string;
  /** What a user should know of how it was read. */
  readonly notes: readonly string[];
}

/** A file that decides the records. */
export interface HashedFile {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** What was run, on what: enough to repeat it. The content of `manifest.json`. */
export interface Manifest {
  readonly format: typeof runFormat;
  readonly experiment: Experiment;
  /** Versions of msanet and of what it computes with. */
  readonly versions: Readonly<Record<string, string>>;
  /** Weights, lists and other files that options name. */
  readonly files: readonly HashedFile[];
  readonly dataset: {
    readonly classes: readonly string[];
    /** How many clips take part, and the SHA-256 of their ids and labels. */
    readonly clips: number;
    readonly sha256: string;
  };
  readonly victims: readonly VictimDescription[];
  /** Which attacks ask for gradients, by name. */
  readonly gradientAttacks: readonly string[];
  /** Accuracy that the victims are known to reach on this data set, 0 … 1, by name; absent where nobody knows. */
  readonly publishedAccuracy: Readonly<Record<string, number>>;
  /** What does not decide the records: the machine, the workers, the time, what the data set lacks. */
  readonly circumstances: Readonly<Record<string, unknown>>;
}

/**
 * Refuses to go on with a run under other conditions: everything in the manifest must be as it was, but for the circumstances.
 *
 * @throws MsanetError `RUN_DIFFERS`, naming the first difference
 */
export function checkSameRun(before: Manifest, now: Manifest, path: string): void {
  const difference = firstDifference(
    { ...before, circumstances: undefined },
    // As it would be read back: keys without a value vanish.
    JSON.parse(JSON.stringify({ ...now, circumstances: undefined })) as unknown,
    [],
  );
  if (difference === undefined) return;
  throw new MsanetError({
    code: 'RUN_DIFFERS',
    where: path,
    expected: `${formatPath(difference.path)} to be ${quote(difference.before)} as when the run began`,
    got: quote(difference.now),
    remedy: 'resume it with the same options, or start another run in another folder',
  });
}

interface Difference {
  readonly path: (string | number)[];
  readonly before: unknown;
  readonly now: unknown;
}

function firstDifference(
  before: unknown,
  now: unknown,
  path: (string | number)[],
): Difference | undefined {
  if (before === now) return undefined;
  const both = [before, now];
  const nested = both.every((value) => typeof value === 'object' && value !== null);
  if (!nested || Array.isArray(before) !== Array.isArray(now)) return { path, before, now };
  const [a, b] = both as Record<string, unknown>[];
  for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) {
    const step = Array.isArray(before) ? Number(key) : key;
    const inner = firstDifference(a[key], b[key], [...path, step]);
    if (inner !== undefined) return inner;
  }
  return undefined;
}

function quote(value: unknown): string {
  const text = JSON.stringify(value) ?? 'absent';
  return text.length > 120 ? `${text.slice(0, 117)}…` : text;
}
