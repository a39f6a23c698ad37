/**
 * Contender: PGD on a network of this project through the packages' own API.
 *
 * Arguments: `tsm` or `tdn`, the number of threads, the file for the logits of the clean and of the adversarial clip, the
 * file for what the latest attack took (`AttackSpans`).
 */
import { writeFileSync } from 'node:fs';
import { argmax, createFrom, misclassification, runAttack, type Attack } from '@msanet/core';
import { pgd } from '@msanet/baselines';
import { createOrtRuntime } from '@msanet/runtime-ort';
import { float32, writeNpy } from '@msanet/tensor';
import { answerRuns } from './answer-runs.js';
import type { AttackSpans, Span } from './own-code.js';
import { problemClip, problemOf } from './problem.js';
import { SessionClock, between, elapsed, type Elapsed } from './session-clock.js';

const [, , network, threads, resultFile, spansFile] = process.argv;
const problem = problemOf(network);
const clock = new SessionClock();
const victim = await problem.victim(
  clock.watch(await createOrtRuntime({ threads: Number(threads) })),
);
const clips = problemClip(problem);
const label = argmax((await victim.predict(clips)).data);
// It depends on nothing.
const dependencies = { get: (): never => process.exit(1) };
const attack: Attack = await createFrom(pgd, dependencies, { steps: 10, earlyStop: false });

/** A moment, and what until then was spent in sessions. */
interface Moment {
  readonly total: Elapsed;
  readonly inside: Elapsed;
}
const now = (): Moment => ({ total: elapsed(), inside: clock.inside });
const span = (start: Moment, end: Moment): Span => ({
  total: between(start.total, end.total),
  inside: between(start.inside, end.inside),
});

async function run() {
  const steps: Span[] = [];
  const start = now();
  let latest: Moment | undefined;
  const { clips: outcomes } = await runAttack({
    attack,
    victim,
    clips,
    criteria: [misclassification(label)],
    budget: { norm: 'linf', epsilon: 8 / 255 },
    seed: 1,
    onStep() {
      const moment = now();
      if (latest !== undefined) steps.push(span(latest, moment));
      latest = moment;
    },
  });
  const spans: AttackSpans = { attack: span(start, now()), steps };
  writeFileSync(spansFile, JSON.stringify(spans));
  return outcomes[0];
}

const { cleanLogits, adversarialLogits } = await run();
const logits = Float32Array.of(...cleanLogits, ...adversarialLogits);
writeFileSync(resultFile, writeNpy(float32(logits, [2, cleanLogits.length])));
// The steps of the first attack have warmed up.
await answerRuns(run, 0);
await victim.dispose();
