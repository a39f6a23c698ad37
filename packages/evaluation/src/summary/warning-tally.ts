import type { Warning } from '../records/warning.js';
import type { CountedWarning } from './comparison-summary.js';

/** What a warning is about, as far as it does not say so itself. */
interface WarningSubject {
  readonly victim?: string;
  readonly attack?: string;
  readonly clip?: string;
}

/** Counts the warnings of records: one line per check, victim and attack, with the sentence and the clip of the first. */
export class WarningTally {
  readonly #counted = new Map<string, CountedWarning>();

  add(warning: Warning, of: WarningSubject): void {
    const { check, message } = warning;
    const victim = warning.victim ?? of.victim;
    const { attack } = of;
    const key = JSON.stringify([check, victim, attack]);
    const before = this.#counted.get(key);
    const clip = victim === undefined ? (before?.clip ?? of.clip) : undefined;
    this.#counted.set(key, {
      check,
      ...(victim === undefined ? {} : { victim }),
      ...(attack === undefined ? {} : { attack }),
      ...(clip === undefined ? {} : { clip }),
      message: before?.message ?? message,
      count: (before?.count ?? 0) + 1,
    });
  }

  /** All of them, in the order in which they came up first. */
  summary(): CountedWarning[] {
    return [...this.#counted.values()];
  }
}
