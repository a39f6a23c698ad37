/**
 * Contender: this project's TSM-ResNet-50 through the packages' own API.
 *
 * Arguments: `forward` or `gradient`, the number of threads, the file for the result.
 */
import { writeFileSync } from 'node:fs';
import { createOrtRuntime } from '@msanet/runtime-ort';
import { writeNpy } from '@msanet/tensor';
import { createTsmVictim } from '@msanet/victim-tsm';
import { answerRuns } from './answer-runs.js';
import { config, label, problemClip, problemWeights } from './problem.js';

const [, , task, threads, resultFile] = process.argv;
const runtime = await createOrtRuntime({ threads: Number(threads) });
const victim = await createTsmVictim({ config, weights: problemWeights, runtime });
const clip = problemClip();
const run = async () =>
  task === 'forward'
    ? await victim.predict(clip)
    : (await victim.lossGradient(clip, { kind: 'cross-entropy', labels: [label] })).gradient;

writeFileSync(resultFile, writeNpy(await run()));
await answerRuns(run);
await victim.dispose();
