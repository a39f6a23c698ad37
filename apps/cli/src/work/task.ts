import type { Progress } from './protocol.js';

/** What a task can use while it works. */
export interface TaskContext {
  /** Aborted when the user interrupts. */
  readonly signal: AbortSignal;
  /** Tells how far the work is. */
  progress(progress: Progress): void;
  /** Tells something worth knowing, in one line. */
  note(text: string): void;
}
