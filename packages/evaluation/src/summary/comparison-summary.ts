import type { Budget } from '@msanet/core';
import type { Proportion } from '../metrics/proportion.js';
import type { SuccessRates } from '../metrics/success-rates.js';
import type { CostSummary, Summary } from '../metrics/summary.js';
import type { Warning } from '../records/warning.js';

/** What a victim says of the clean clips. */
export interface VictimSummary {
  readonly victim: string;
  /** Clean clips that it classifies correctly, of those that could be read. */
  readonly cleanAccuracy: Proportion;
  /** What it is known to reach on this data set, 0 … 1; `null` where nobody knows. */
  readonly publishedAccuracy: number | null;
  /** Clean clips that it classifies correctly after H.264, by rate factor. */
  readonly compressedAccuracy: Readonly<Record<string, Proportion>>;
}

/** What an attack reached on a victim, over all clips and seeds. */
export interface CellSummary {
  readonly victim: string;
  readonly attack: string;
  readonly budget: Budget;
  readonly goal: 'untargeted' | 'targeted';
  /** `null` where no clip was judged. */
  readonly success: SuccessRates | null;
  /** Clips on which the attack ran. */
  readonly attacked: number;
  /** Successes before the clips were rounded to 8 bits, of the clips on which it ran. */
  readonly unroundedSuccess: Proportion;
  /** Successes after H.264, of the clips on which it ran, by rate factor. */
  readonly compressedSuccess: Readonly<Record<string, Proportion>>;
  /** Of the successes, by id of the metric; `null` where there are none. */
  readonly metrics: Readonly<Record<string, Summary | null>>;
  /** Of the clips on which it ran. */
  readonly queries: {
    /** Mean forward queries. */
    readonly forward: number | null;
    /** Mean gradient queries. */
    readonly gradient: number | null;
    /** Mean steps. */
    readonly steps: number | null;
    /** Queries of both kinds until the first success. */
    readonly untilSuccess: CostSummary;
  };
  /** The only values that differ between two runs. */
  readonly times: {
    /** Mean seconds of an attack. */
    readonly attack: number | null;
    /** Mean seconds of everything around it. */
    readonly around: number | null;
    /** Seconds until the first success. */
    readonly untilSuccess: CostSummary;
  };
}

/** How often the clips that were crafted on one victim fool another. */
export interface TransferCell {
  readonly attack: string;
  readonly crafted: string;
  readonly judged: string;
  /** Of the crafted clips whose clean version the judging victim classifies correctly. */
  readonly success: Proportion;
  /** Of those, the clips that succeeded where they were crafted. */
  readonly successOfSuccesses: Proportion;
}

/** A warning with how often it was given. */
export interface CountedWarning extends Warning {
  readonly attack?: string;
  /** The first clip that carries it, where it is about clips and no victim. */
  readonly clip?: string;
  /** Records that carry it; 1 for one about the whole comparison. */
  readonly count: number;
}

/** What a comparison came to. The content of `summary.json`. */
export interface ComparisonSummary {
  /** Whether every record is there. */
  readonly finished: boolean;
  readonly clips: {
    readonly chosen: number;
    readonly examined: number;
    readonly failed: number;
  };
  readonly victims: readonly VictimSummary[];
  readonly cells: readonly CellSummary[];
  readonly transfer: readonly TransferCell[];
  readonly warnings: readonly CountedWarning[];
  /** Failed clips and attacks by sentence, with how often it occurs. */
  readonly failures: readonly { readonly message: string; readonly count: number }[];
}
