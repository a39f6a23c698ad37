import type { Failure } from './failure.js';
import type { Warning } from './warning.js';

/** A victim's first choice for a clip. */
export interface Choice {
  /** Its index among the victim's labels. */
  readonly index: number;
  /** Its label. */
  readonly class: string;
}

/** What a victim says of a clean clip. */
export interface CleanVerdict {
  readonly prediction: Choice;
  /** Whether it is the clip's class. */
  readonly correct: boolean;
  /** Largest logit of another class minus that of the clip's class: below 0 when correct. */
  readonly margin: number;
  /** Whether it is still correct after H.264, by rate factor. */
  readonly compressed: Readonly<Record<string, boolean>>;
}

/** What is recorded of one clip before any attack: a line of `clips.jsonl`. */
export interface ClipRecord {
  readonly clip: string;
  readonly path: string;
  /** Index of its class in the data set. */
  readonly label: number;
  readonly class: string;
  readonly status: 'examined' | 'failed';
  /** Frames of the whole video; `null` when it failed. */
  readonly frameCount: number | null;
  /** The frames that attacks may change: those that any victim samples. */
  readonly frames: readonly number[];
  /** Size and SHA-256 of the file; `null` for a folder of frames. */
  readonly file: { readonly bytes: number; readonly sha256: string } | null;
  /** SHA-256 of the 8-bit clip as it is attacked, frame by frame, channel by channel, row by row. */
  readonly pixels: string | null;
  /** By name of the victim. */
  readonly victims: Readonly<Record<string, CleanVerdict>>;
  readonly warnings: readonly Warning[];
  readonly failure: Failure | null;
  /** The only values that differ between two runs. */
  readonly times: { readonly seconds: number };
}
