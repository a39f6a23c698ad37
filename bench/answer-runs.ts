import { createInterface } from 'node:readline';
import { secondsNow } from '@msanet/core';

/**
 * The child's side of the protocol: warms up, says `ready`, then answers every line `run` with `seconds S`, until the
 * input ends.
 *
 * @param warmUps runs before the first that is measured: memory is taken and caches are filled in them
 */
export async function answerRuns(run: () => Promise<unknown>, warmUps = 2): Promise<void> {
  for (let index = 0; index < warmUps; index++) await run();
  process.stdout.write('ready\n');
  for await (const line of createInterface({ input: process.stdin })) {
    if (line !== 'run') throw new Error(`unknown request '${line}'`);
    const start = secondsNow();
    await run();
    process.stdout.write(`seconds ${secondsNow() - start}\n`);
  }
}
