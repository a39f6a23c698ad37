import { secondsNow } from '@msanet/core';
import type { ComparisonProgress } from '@msanet/evaluation';
import { createLogUpdate } from 'log-update';

/** How often a line is written where nothing can be redrawn, in seconds. */
const quietInterval = 30;

/** Shows how far a comparison is, how fast it goes and how long it will take. */
export class ComparisonDisplay {
  readonly #stream: NodeJS.WriteStream;
  readonly #redraw: ReturnType<typeof createLogUpdate> | undefined;
  #phase: ComparisonProgress['phase'] | undefined;
  #began = 0;
  #latest = -Infinity;

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
    this.#redraw = stream.isTTY ? createLogUpdate(stream) : undefined;
  }

  show(progress: ComparisonProgress): void {
    const now = secondsNow();
    if (progress.phase !== this.#phase) {
      this.#phase = progress.phase;
      this.#began = now;
      this.#latest = -Infinity;
    }
    const line = describeProgress(progress, now - this.#began);
    if (this.#redraw !== undefined) {
      this.#redraw(line);
      return;
    }
    const last = progress.done === progress.total;
    if (!last && now - this.#latest < quietInterval) return;
    this.#latest = now;
    this.#stream.write(`${line}\n`);
  }

  /** Shows a line that stays. */
  note(text: string): void {
    this.#redraw?.clear();
    this.#stream.write(`${text}\n`);
  }

  /** Takes the redrawn line away. */
  close(): void {
    this.#redraw?.clear();
    this.#redraw?.done();
  }
}

const phases = { examine: 'clean clips', attack: 'attacks' } as const;

/**
 * The line for a progress.
 *
 * @param seconds since the phase began
 */
export function describeProgress(
  { phase, done, total, failed }: ComparisonProgress,
  seconds: number,
): string {
  const parts = [`${phases[phase]}  ${done}/${total}`];
  if (done > 0 && done < total) {
    const rate = done / seconds;
    parts.push(
      rate >= 1 ? `${rate.toFixed(1)} per second` : `${(60 * rate).toFixed(1)} per minute`,
      `${formatDuration((total - done) / rate)} left`,
    );
  }
  if (failed > 0) parts.push(`${failed} failed`);
  return parts.join('  ');
}

/** A duration in the two units that matter, such as `3 h 20 min`. */
export function formatDuration(seconds: number): string {
  const whole = Math.ceil(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.round(whole / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.round(minutes / 60);
  if (hours < 24) return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}
