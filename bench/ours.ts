/**
 * Contender: a network of this project through the packages' own API.
 *
 * Arguments: `tsm` or `tdn`, `forward` or `gradient`, the number of threads, the file for the result.
 */
import { writeFileSync } from 'node:fs';
import { createOrtRuntime } from '@msanet/runtime-ort';
import { writeNpy } from '@msanet/tensor';
import { answerRuns } from './answer-runs.js';
import { label, problemClip, problemOf } from './problem.js';

const [, , network, task, threads, resultFile] = process.argv;
const problem = problemOf(network);
const victim = await problem.victim(await createOrtRuntime({ threads: Number(threads) }));
const clip = problemClip(problem);
const run = async () =>
  task === 'forward'
    ? await victim.predict(clip)
    : (await victim.lossGradient(clip, { kind: 'cross-entropy', labels: [label] })).gradient;

writeFileSync(resultFile, writeNpy(await run()));
await answerRuns(run);
await victim.dispose();
