import { median } from './comparison.js';
import type { Elapsed } from './session-clock.js';

/** What an attack, or one step of it, took: all in all, and of that inside the runtime's sessions. */
export interface Span {
  readonly total: Elapsed;
  readonly inside: Elapsed;
}

/** What one attack took. */
export interface AttackSpans {
  /** From the call to the result: with the first answer about the clean clip, the random start and the judgement. */
  readonly attack: Span;
  /** From the end of each step to the end of the next. */
  readonly steps: readonly Span[];
}

/** What of the time is spent outside the sessions. */
export interface OwnShare {
  /** Milliseconds of processor time. */
  readonly milliseconds: number;
  /** Share of the time on the clock. Other work on the machine lengthens either part as it happens to meet it. */
  readonly ofClock: number;
  /**
   * Share of the processor time, which other work disturbs much less, with that inside the sessions divided by their
   * threads: what the share on the clock would be if they were always busy.
   */
  readonly ofProcessor: number;
}

/** The share of our own code in several spans, by medians. */
export function ownShare(spans: readonly Span[], threads: number): OwnShare {
  const own = spans.map(({ total, inside }) => total.cpuSeconds - inside.cpuSeconds);
  return {
    milliseconds: 1000 * median(own),
    ofClock: median(spans.map(({ total, inside }) => 1 - inside.seconds / total.seconds)),
    ofProcessor: median(
      spans.map(({ inside }, index) => own[index] / (own[index] + inside.cpuSeconds / threads)),
    ),
  };
}
