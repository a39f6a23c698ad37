import type { Budget } from '@msanet/core';

/** A victim of a comparison. */
export interface ComparedVictim {
  /** What records and tables call it; unique in the comparison. */
  readonly name: string;
  /** Id of the victim plugin. */
  readonly victim: string;
  /** Options of the plugin, not yet checked against its schema. */
  readonly options: Readonly<Record<string, unknown>>;
}

/** An attack of a comparison, with its options and its budget. One plugin may take part several times. */
export interface ComparedAttack {
  /** What records and tables call it; unique in the comparison. */
  readonly name: string;
  /** Id of the attack plugin. */
  readonly attack: string;
  /** Options of the plugin, not yet checked against its schema. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly budget: Budget;
  /** Most queries per clip, forward and gradient together; `null` for no limit. */
  readonly queryLimit: number | null;
}

/** Which data set the clips come from. */
export interface ComparedDataset {
  /** Id of the format, such as `ucf101`. */
  readonly id: string;
  /** The folder that holds it; `null` for a data set that brings its own clips. */
  readonly root: string | null;
  /** Official split. */
  readonly split: number | null;
  readonly part: string | null;
  /** List file or folder of lists, where the format needs to be told. */
  readonly list: string | null;
}

/** Which clips of the data set take part. */
export type ClipChoice =
  | { readonly kind: 'all' }
  /** That many of each class, drawn with the seed. */
  | { readonly kind: 'per-class'; readonly count: number; readonly seed: number }
  /** That many of all, drawn with the seed. */
  | { readonly kind: 'random'; readonly count: number; readonly seed: number }
  /** Those that a file names, one id or index a line. */
  | { readonly kind: 'list'; readonly file: string };

/**
 * Which of the chosen clips are attacked.
 *
 * - `clean-correct`: on each victim, the clips that it classifies correctly when clean.
 * - `clean-correct-all`: on every victim, the clips that all victims classify correctly, so that all are attacked on the
 *   same clips.
 * - `all`: every clip; one whose clean version meets the criterion counts as a success without an attack.
 */
export type CleanSelection = 'clean-correct' | 'clean-correct-all' | 'all';

/** A comparison: victims × attacks × clips × seeds. All of it is in the manifest, and nothing else decides the records. */
export interface Experiment {
  readonly victims: readonly ComparedVictim[];
  readonly attacks: readonly ComparedAttack[];
  readonly dataset: ComparedDataset;
  readonly clips: ClipChoice;
  readonly select: CleanSelection;
  /** A class of the data set by name or index, `random` for one per clip that is not its own, or `null`: untargeted. */
  readonly target: string | null;
  readonly seeds: readonly number[];
  /** Rate factors of H.264 at which the adversarial clips are judged once more. */
  readonly compression: readonly number[];
  /** Of how many clips the adversarial videos are kept: the first so many, or all. */
  readonly videos: number | 'all';
  /** Id of the runtime. */
  readonly runtime: string;
}

/** A clip that takes part. */
export interface ComparedClip {
  /** Unique in the data set. */
  readonly id: string;
  /** Video file, folder of frames or `.npy`. */
  readonly path: string;
  /** Index into the classes of the data set. */
  readonly label: number;
}
