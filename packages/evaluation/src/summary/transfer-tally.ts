import type { Experiment } from '../comparison/experiment.js';
import { proportion } from '../metrics/proportion.js';
import type { AttackRecord } from '../records/attack-record.js';
import type { TransferCell } from './comparison-summary.js';

interface Counts {
  trials: number;
  successes: number;
  trialsOfSuccesses: number;
  successesOfSuccesses: number;
}

/** Counts how often clips that were crafted on one victim fool each victim. */
export class TransferTally {
  readonly #experiment: Experiment;
  readonly #counts = new Map<string, Counts>();

  constructor(experiment: Experiment) {
    this.#experiment = experiment;
  }

  /** @param cleanCorrect whether the victim that it was crafted on classifies the clean clip correctly */
  add({ victim, attack, success, result }: AttackRecord, cleanCorrect: boolean): void {
    if (result === null) return;
    if (cleanCorrect) this.#count(attack, victim, victim, success, success);
    for (const [judged, verdict] of Object.entries(result.transfer)) {
      if (verdict.cleanCorrect) this.#count(attack, victim, judged, success, verdict.success);
    }
  }

  #count(attack: string, crafted: string, judged: string, success: boolean, fooled: boolean): void {
    const key = keyOf(attack, crafted, judged);
    const counts = this.#counts.get(key) ?? {
      trials: 0,
      successes: 0,
      trialsOfSuccesses: 0,
      successesOfSuccesses: 0,
    };
    counts.trials += 1;
    if (fooled) counts.successes += 1;
    if (success) {
      counts.trialsOfSuccesses += 1;
      if (fooled) counts.successesOfSuccesses += 1;
    }
    this.#counts.set(key, counts);
  }

  /** Every attack × victim × victim, in the order of the experiment; empty for one victim. */
  summary(): TransferCell[] {
    const { victims, attacks } = this.#experiment;
    if (victims.length < 2) return [];
    return attacks.flatMap(({ name: attack }) =>
      victims.flatMap(({ name: crafted }) =>
        victims.map(({ name: judged }): TransferCell => {
          const counts = this.#counts.get(keyOf(attack, crafted, judged));
          return {
            attack,
            crafted,
            judged,
            success: proportion(counts?.successes ?? 0, counts?.trials ?? 0),
            successOfSuccesses: proportion(
              counts?.successesOfSuccesses ?? 0,
              counts?.trialsOfSuccesses ?? 0,
            ),
          };
        }),
      ),
    );
  }
}

function keyOf(...names: readonly string[]): string {
  return JSON.stringify(names);
}
