/**
 * The catalogue of everything that msanet itself can report, with the exit code of the command line.
 *
 * `docs/reference/errors.md` is generated from it. Exit code 2 means that the call was wrong, 1 that the data or the
 * machine was.
 */
export const errorCatalogue = {
  SHAPE_MISMATCH: {
    exitCode: 1,
    meaning: 'A tensor does not have the shape that the operation needs.',
  },
  DTYPE_MISMATCH: {
    exitCode: 1,
    meaning: 'A tensor does not have the element type that is needed.',
  },
  NPY_INVALID: { exitCode: 1, meaning: 'A .npy file is damaged or of a kind that is not read.' },
  CLIP_INVALID: {
    exitCode: 1,
    meaning: 'A clip batch breaks the clip contract (shape, range, finite values).',
  },
  OPTION_INVALID: { exitCode: 2, meaning: 'An option or argument has a value outside its domain.' },
  USAGE: { exitCode: 2, meaning: 'The command line was not understood.' },
  PLUGIN_UNKNOWN: { exitCode: 2, meaning: 'No plugin of that kind has that id.' },
  PLUGIN_INVALID: {
    exitCode: 2,
    meaning: 'A plugin breaks the plugin contract or wants another api version.',
  },
  LABEL_UNKNOWN: {
    exitCode: 2,
    meaning: 'A label is neither a class name nor a class index of the victim.',
  },
  LABELS_INVALID: {
    exitCode: 1,
    meaning: 'A label file does not name every class of the victim once.',
  },
  CAPABILITY_MISSING: {
    exitCode: 2,
    meaning: 'An attack needs something that the victim cannot give.',
  },
  BUDGET_INVALID: { exitCode: 2, meaning: 'A perturbation budget is outside its domain.' },
  QUERY_LIMIT: {
    exitCode: 1,
    meaning: 'An attack asked the victim once more than its query limit allows.',
  },
  ABORTED: { exitCode: 1, meaning: 'The work was interrupted; what was found until then is kept.' },
  VICTIM_FAILED: {
    exitCode: 1,
    meaning: 'A victim model returned something that breaks its contract.',
  },
  ATTACK_FAILED: { exitCode: 1, meaning: 'An attack returned something that breaks its contract.' },
  DISPOSED: { exitCode: 1, meaning: 'A model or session was used after it had been disposed.' },
  GRAPH_INVALID: { exitCode: 1, meaning: 'A graph is not a well-formed ONNX graph.' },
  ONNX_INVALID: { exitCode: 1, meaning: 'A file is not an ONNX model, or is damaged.' },
  OPERATOR_UNSUPPORTED: {
    exitCode: 1,
    meaning: 'A graph holds an operator that this step cannot handle.',
  },
  SHAPE_UNKNOWN: {
    exitCode: 1,
    meaning: 'A shape cannot be inferred because a dimension is not fixed.',
  },
  GRADIENT_MISSING: {
    exitCode: 1,
    meaning: 'An operator on the path to the output has no gradient rule.',
  },
  GRADIENT_UNDEFINED: {
    exitCode: 1,
    meaning: 'An operator on the path to the output is not differentiable.',
  },
  RUNTIME_UNAVAILABLE: {
    exitCode: 1,
    meaning: 'A runtime or device does not work on this machine.',
  },
  RUNTIME_FAILED: { exitCode: 1, meaning: 'A runtime failed while it loaded or ran a graph.' },
  CHECKPOINT_INVALID: {
    exitCode: 1,
    meaning: 'A checkpoint is damaged or of a kind that is not read.',
  },
  CHECKPOINT_MISMATCH: { exitCode: 1, meaning: 'A checkpoint does not fit the architecture.' },
  FILE_NOT_FOUND: { exitCode: 1, meaning: 'A file or folder does not exist or cannot be read.' },
  OUTPUT_UNWRITABLE: { exitCode: 1, meaning: 'An output file or folder cannot be written.' },
  VIDEO_INVALID: { exitCode: 1, meaning: 'A file holds no video that can be decoded.' },
  VIDEO_TOO_SHORT: { exitCode: 1, meaning: 'A video has fewer frames than are needed.' },
  DATASET_INVALID: {
    exitCode: 1,
    meaning:
      'A data set, its lists or a list of its clips cannot be read, or names nothing that is there.',
  },
  WORKER_FAILED: {
    exitCode: 1,
    meaning: 'The child process that did the work ended unexpectedly.',
  },
  MODEL_UNSUPPORTED: {
    exitCode: 1,
    meaning: 'A model is well formed but not one that can be used as a victim.',
  },
  EXPERIMENT_INVALID: {
    exitCode: 2,
    meaning: 'The description of a comparison is not of the form that comparisons have.',
  },
  COMPARISON_INVALID: {
    exitCode: 2,
    meaning: 'The victims, attacks and classes of a comparison do not fit together.',
  },
  RUN_EXISTS: {
    exitCode: 2,
    meaning:
      'The folder for a comparison or a training holds one already, and it was not to be resumed.',
  },
  RUN_DIFFERS: {
    exitCode: 2,
    meaning: 'A comparison to resume was begun with other options, files or versions.',
  },
  RUN_LOCKED: { exitCode: 1, meaning: 'Another process is at work in the folder of a run.' },
  RUN_INVALID: { exitCode: 1, meaning: 'A file of a run folder is damaged, or is none of ours.' },
} as const satisfies Record<string, { exitCode: 1 | 2; meaning: string }>;

/** A code of msanet's own catalogue. Tests and callers rely on the code, never on the sentence. */
export type ErrorCode = keyof typeof errorCatalogue;

/** What an error says: where it happened, what was expected, what was found, and how to go on. */
export interface ErrorReport {
  /** A code of the catalogue; a plugin from elsewhere may use its own, written `package-name/CODE`. */
  readonly code: ErrorCode | `${string}/${string}`;
  /** The file, option, node or function that the sentence is about. */
  readonly where: string;
  /** What should have been there. */
  readonly expected: string;
  /** What was there instead. */
  readonly got: string;
  /** What the reader can do about it. */
  readonly remedy: string;
  /** The error that was caught, if this one explains another. */
  readonly cause?: unknown;
}

/** The one error class of msanet. Its message is a single sentence: `where: expected …, got …; remedy`. */
export class MsanetError extends Error {
  override readonly name = 'MsanetError';
  readonly code: ErrorReport['code'];
  readonly report: ErrorReport;

  constructor(report: ErrorReport) {
    const sentence = `${report.where}: expected ${report.expected}, got ${report.got}; ${report.remedy}`;
    super(sentence, report.cause === undefined ? undefined : { cause: report.cause });
    this.code = report.code;
    this.report = report;
  }

  /** The exit code of the command line for this error: 2 for a wrong call, 1 for everything else. */
  get exitCode(): 1 | 2 {
    const entry = (errorCatalogue as Record<string, { exitCode: 1 | 2 }>)[this.code];
    return entry?.exitCode ?? 1;
  }
}

const brand = Symbol.for('msanet.error');
Object.defineProperty(MsanetError.prototype, brand, { value: true });

/** Whether a value is an `MsanetError`, also one of another copy of this package. */
export function isMsanetError(value: unknown): value is MsanetError {
  return value instanceof Error && brand in value;
}
