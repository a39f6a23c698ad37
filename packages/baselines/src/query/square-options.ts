import type { ScoreForm } from './score.js';

/** How the square attack proceeds. */
export interface SquareOptions {
  /** Most queries per clip; hard. The schedule of the window is stretched over them. */
  readonly maxQueries: number;
  /** p: the share of a frame's pixels that the first windows cover. */
  readonly share: number;
  /** Whether all frames share a window, or each frame has its own. */
  readonly time: 'shared' | 'frame';
  /** What is ascended. */
  readonly loss: ScoreForm;
}
