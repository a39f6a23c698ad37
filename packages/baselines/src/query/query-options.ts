import { z } from 'zod';

/**
 * The option of every query attack that says when it gives up.
 *
 * The papers give up after 1,000 to 1,000,000 queries. Figures compare at one limit only, so all have AutoAttack's.
 */
export const maxQueriesOption = z
  .int()
  .min(1)
  .default(5000)
  .describe('Most queries per clip; not one more is asked.');

/** The option that says whether what is drawn for a frame holds for all frames. */
export const timeOption = z
  .enum(['shared', 'frame'])
  .default('shared')
  .describe('Whether all frames share what is drawn, or each frame has its own.');

/** Frames that share what is drawn: all of them in one group, or each in its own. */
export function frameGroups(frames: number, time: 'shared' | 'frame'): number[][] {
  const indices = Array.from({ length: frames }, (_, frame) => frame);
  return time === 'shared' ? [indices] : indices.map((frame) => [frame]);
}
