/**
 * Contender: the loss gradient of a network without one graph pattern.
 *
 * Arguments: `tsm` or `tdn`, the pattern to do without or `all`, the number of threads, the file for the result.
 */
import { writeFileSync } from 'node:fs';
import { createOrtRuntime } from '@msanet/runtime-ort';
import { int64, writeNpy } from '@msanet/tensor';
import { answerRuns } from './answer-runs.js';
import { gradientWithout } from './pattern-variants.js';
import { label, problemClip, problemOf } from './problem.js';

const [, , network, pattern, threads, resultFile] = process.argv;
const problem = problemOf(network);
const runtime = await createOrtRuntime({ threads: Number(threads) });
const session = await runtime.load(gradientWithout(problem, pattern));
const feeds = { clips: problemClip(problem), labels: int64([label]) };
const run = () => session.run(feeds);

writeFileSync(resultFile, writeNpy((await run())['gradient']));
await answerRuns(run);
await session.dispose();
