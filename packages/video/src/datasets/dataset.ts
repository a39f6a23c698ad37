/** One labelled clip of a data set. */
export interface DatasetClip {
  /**
   * Stable and unique in its data set, with `/` on every system and without extension: `Class/v_Class_g01_c01`. It does not
   * depend on the split, on the root, or on whether the clip lies there as a video or as frames.
   */
  readonly id: string;
  /** Absolute path of the video file or of the folder of frames; `readInput` takes it. */
  readonly path: string;
  /** 0-based index into the data set's `classes`. */
  readonly label: number;
  readonly className: string;
  /**
   * 0-based position in the order of the split, which is the order of its lists. Clips that were not found keep theirs, so
   * published lists of indices mean the same on every disk.
   */
  readonly index: number;
  /** Frames, where the list says. */
  readonly frames?: number;
}

/**
 * What is wrong with one clip or one line of a list.
 *
 * - `missing`: a list names it, the disk does not hold it.
 * - `undecodable`: it is no video or image that is read.
 * - `empty`: a file of no bytes, or a folder without one frame.
 * - `malformed-line`: a line that is not of the list's format.
 * - `unknown-class`: a class or label that the data set does not have.
 * - `duplicate`: a clip that was named before; the first one counts.
 * - `frame-count`: the folder holds fewer frames than the list says; the clip can be used all the same.
 */
export type DatasetProblemKind =
  | 'missing'
  | 'undecodable'
  | 'empty'
  | 'malformed-line'
  | 'unknown-class'
  | 'duplicate'
  | 'frame-count';

/** Something in a data set that cannot be used as it is. It is recorded; it never ends the work. */
export interface DatasetProblem {
  /** The clip's id, or `file:line` of a line that names none. */
  readonly id: string;
  readonly kind: DatasetProblemKind;
  /** One sentence without its full stop. */
  readonly detail: string;
}

/** The clips that a split is read for. */
export type DatasetPart = 'train' | 'test' | 'all';

/** The number of an official split. */
export type SplitNumber = 1 | 2 | 3;

/** Which part of a data set was read. */
export interface DatasetSplit {
  readonly part: DatasetPart;
  /** The official split; absent where the format has none. */
  readonly number?: SplitNumber;
}

/** A data set as its lists describe it, before any file of it was opened. */
export interface Dataset {
  /** The format's id. */
  readonly id: string;
  /** Absolute. */
  readonly root: string;
  /** Class names; a clip's label is an index into them. */
  readonly classes: readonly string[];
  /** The clips that were found, in the order of the split; at least one. */
  readonly clips: readonly DatasetClip[];
  /** What the lists name and the disk does not hold, and what the lists get wrong, in the order of the lists. */
  readonly problems: readonly DatasetProblem[];
  readonly split: DatasetSplit;
  /** Absolute paths of the lists that were read; their hashes fix the data set. */
  readonly listFiles: readonly string[];
}

/** Where a data set lies and what of it is wanted. */
export interface DatasetOptions {
  /** The folder of the videos or frames, or one above it. */
  readonly root: string;
  /** Official split; 1 when absent. Formats without splits take no other. */
  readonly split?: SplitNumber;
  /** `test` when absent, or `all` for formats without parts. */
  readonly part?: DatasetPart;
  /** The list file (format `list`), or the folder of the split files where it is not found by itself. */
  readonly list?: string;
  /** Class names in the order of the labels, for formats that do not state them. */
  readonly labels?: readonly string[];
}

/** A way in which data sets lie on a disk. */
export interface DatasetFormat {
  readonly id: string;
  /** One sentence for `msanet list datasets`, without its full stop. */
  readonly summary: string;
  /** The publication or the project that the format comes from. */
  readonly source: string;
  /**
   * Reads lists and folder contents, but opens no clip.
   *
   * @throws MsanetError `FILE_NOT_FOUND` when the root or a list does not exist, `DATASET_INVALID` when nothing of the data
   *   set is found there, `OPTION_INVALID` when an option does not fit the format
   */
  read(options: DatasetOptions): Promise<Dataset>;
}
