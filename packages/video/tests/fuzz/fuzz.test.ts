import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../support/temporary-folder.js';

const folder = temporaryFolder();
/** Damaged files that are read; `MSANET_FUZZ=10000` for the long run. */
const cases = Number(process.env['MSANET_FUZZ'] ?? 480);
const seed = Number(process.env['MSANET_FUZZ_SEED'] ?? 1);
const casesPerProcess = 1000;

interface Summary {
  readonly outcomes: Record<string, number>;
  readonly failures: string[];
  /** Seconds. */
  readonly slowest: number;
  /** Peak resident memory. */
  readonly megabytes: number;
}

/** Runs some cases in a process of their own; a crash is returned as a failure of the case that was running. */
function runCases(first: number, end: number): Promise<Summary> {
  const worker = fileURLToPath(new URL('fuzz-worker.ts', import.meta.url));
  const options = ['--import', 'tsx', '--conditions', '@msanet/source', worker];
  const child = spawn(process.execPath, [
    ...options,
    ...[join(folder, String(first)), seed, first, end].map(String),
  ]);
  let output = '';
  let complaints = '';
  child.stdout.on('data', (text: Buffer) => (output = (output + text.toString()).slice(-100_000)));
  child.stderr.on('data', (text: Buffer) => (complaints += text.toString()));
  return new Promise((resolve) => {
    child.on('close', (code, signal) => {
      const last = output.trimEnd().split('\n').at(-1) ?? '';
      if (code === 0 && complaints === '' && last.startsWith('{')) {
        resolve(JSON.parse(last) as Summary);
      } else {
        const failure = `the process ended with ${signal ?? code} at "${last}": ${complaints}`;
        resolve({ outcomes: {}, failures: [failure], slowest: 0, megabytes: 0 });
      }
    });
  });
}

it(
  `reads ${cases} damaged files without a crash, a foreign error, or memory without bound (seed ${seed})`,
  { timeout: 3_600_000 },
  async () => {
    const outcomes: Record<string, number> = {};
    const failures: string[] = [];
    let [slowest, megabytes] = [0, 0];
    for (let first = 0; first < cases; first += casesPerProcess) {
      const summary = await runCases(first, Math.min(first + casesPerProcess, cases));
      failures.push(...summary.failures);
      slowest = Math.max(slowest, summary.slowest);
      megabytes = Math.max(megabytes, summary.megabytes);
      for (const [outcome, number] of Object.entries(summary.outcomes)) {
        outcomes[outcome] = (outcomes[outcome] ?? 0) + number;
      }
    }
    if (cases > casesPerProcess) {
      const figures = JSON.stringify({ cases, seed, outcomes, slowest, megabytes });
      process.stdout.write(`${figures}\n`);
    }
    expect(failures).toEqual([]);
    expect(Object.values(outcomes).reduce((a, b) => a + b, 0)).toBe(cases);
    // Both happen all the time; a fuzzer that never reaches the decoder, or never damages, would test nothing.
    expect(outcomes['VIDEO_INVALID']).toBeGreaterThan(cases / 50);
    expect((outcomes['read'] ?? 0) + (outcomes['read, damaged'] ?? 0)).toBeGreaterThan(cases / 10);
    expect(megabytes).toBeLessThan(700);
    expect(slowest).toBeLessThan(20);
  },
);
