import { emptyClips, secondsNow, type ClipBatch, type Loss } from '@msanet/core';
import { Random } from '@msanet/tensor';
import type { TaskContext } from '../task.js';
import { withVictim, type VictimArguments } from '../victim-session.js';

/** What to measure. */
export interface BenchArguments extends VictimArguments {
  /** Clips per call. */
  readonly batch: number;
  /** Counted calls of each kind. */
  readonly rounds: number;
}

/** Seconds of one kind of call. */
export interface Timing {
  readonly median: number;
  readonly minimum: number;
  readonly maximum: number;
}

/** The figures of a victim on this machine. */
export interface BenchResult {
  readonly victim: string;
  readonly device: string;
  readonly threads: number | undefined;
  readonly batch: number;
  readonly rounds: number;
  /** Seconds per forward pass of the whole batch. */
  readonly forward: Timing;
  /** Seconds per loss gradient of the whole batch: one forward and one backward pass. */
  readonly lossGradient: Timing | undefined;
  /** Loss gradient over forward pass, medians. */
  readonly ratio: number | undefined;
  /** Peak resident memory of the process, in bytes. */
  readonly peakMemory: number;
}

/** Times forward passes and loss gradients on a random clip, after one warm-up call of each. */
export function bench(input: BenchArguments, context: TaskContext): Promise<BenchResult> {
  return withVictim(input, context, async ({ victim, device }) => {
    const { batch, rounds, threads } = input;
    const clips: ClipBatch = emptyClips(batch, victim.input);
    new Random(0).fillUniform(clips.data);
    const loss: Loss = { kind: 'cross-entropy', labels: Array.from({ length: batch }, () => 0) };
    const time = async (subject: string, call: () => Promise<unknown>): Promise<Timing> => {
      const seconds: number[] = [];
      await call();
      for (let round = 1; round <= rounds && !context.signal.aborted; round++) {
        const start = secondsNow();
        await call();
        seconds.push(secondsNow() - start);
        context.progress({ subject, step: round, steps: rounds });
      }
      return summarize(seconds);
    };
    const forward = await time('forward pass', () => victim.predict(clips));
    const lossGradient = victim.supports.inputGradient
      ? await time('loss gradient', () => victim.lossGradient(clips, loss))
      : undefined;
    return {
      victim: victim.id,
      device,
      threads,
      batch,
      rounds,
      forward,
      lossGradient,
      ratio: lossGradient === undefined ? undefined : lossGradient.median / forward.median,
      // The operating system counts in kibibytes.
      peakMemory: process.resourceUsage().maxRSS * 1024,
    };
  });
}

function summarize(seconds: readonly number[]): Timing {
  const sorted = seconds.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const median =
    sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  return { median, minimum: sorted[0], maximum: sorted[sorted.length - 1] };
}
