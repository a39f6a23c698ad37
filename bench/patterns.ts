/**
 * Measures what each graph pattern gains in the loss gradient of TSM- or TDN-ResNet-50. See `README.md`.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { median } from './comparison.js';
import { Contender } from './contender.js';
import { describeMachine, type Machine } from './machine.js';
import { allPatterns, patternsOf } from './pattern-variants.js';
import { inTemporaryFolder, problemOf } from './problem.js';
import { relativeDistance } from './relative-distance.js';

const { values } = parseArgs({
  options: {
    network: { type: 'string', default: 'tsm' },
    pattern: { type: 'string', multiple: true },
    rounds: { type: 'string', default: '9' },
    threads: { type: 'string', default: String(availableParallelism()) },
    pause: { type: 'string', default: '0.3' },
    json: { type: 'boolean', default: false },
    out: { type: 'string' },
  },
});
const problem = problemOf(values.network);
const patterns = patternsOf(problem);
const rounds = Number(values.rounds);
const pause = Number(values.pause);

/** Seconds of every round of one gradient graph. */
interface Times {
  readonly seconds: readonly number[];
  readonly processorSeconds: readonly number[];
}

/** A pattern's figures: the graph with all patterns and the one without this took turns. */
interface PatternGain {
  readonly pattern: string;
  readonly description: string;
  readonly used: Times;
  readonly unused: Times;
  /** Relative L2 distance of the two gradients. */
  readonly gradientDistance: number;
}

/** All that one invocation found. */
interface PatternGains {
  readonly network: string;
  readonly machine: Machine;
  readonly threads: number;
  readonly patterns: readonly PatternGain[];
}

function start(pattern: string, resultFile: string): Promise<Contender> {
  const script = fileURLToPath(new URL('pattern-contender.ts', import.meta.url));
  const options = ['--expose-gc', '--import', 'tsx', '--conditions', '@msanet/source'];
  const argv = [values.network, pattern, values.threads, resultFile];
  const command = [process.execPath, ...options, script, ...argv];
  return Contender.start({ id: pattern, description: pattern, command });
}

async function gainOf(pattern: string, folder: string, all: Contender): Promise<PatternGain> {
  const description = patterns.get(pattern);
  if (description === undefined) {
    throw new Error(`unknown pattern '${pattern}'; there are ${[...patterns.keys()].join(', ')}`);
  }
  const file = join(folder, `${pattern}.npy`);
  const without = await start(pattern, file);
  const first = all.seconds.length;
  try {
    for (let round = 0; round < rounds; round++) {
      for (const contender of [all, without]) {
        await sleep(1000 * pause);
        await contender.run();
      }
    }
  } finally {
    without.stop();
  }
  return {
    pattern,
    description,
    used: {
      seconds: all.seconds.slice(first),
      processorSeconds: all.processorSeconds.slice(first),
    },
    unused: { seconds: [...without.seconds], processorSeconds: [...without.processorSeconds] },
    gradientDistance: await relativeDistance(file, join(folder, `${allPatterns}.npy`)),
  };
}

function toMarkdown({ network, machine, threads, patterns: gains }: PatternGains): string {
  const { processor, cores, node, onnxRuntime } = machine;
  const milliseconds = (seconds: readonly number[]): string =>
    `${(1000 * median(seconds)).toFixed(0)} (${(1000 * Math.min(...seconds)).toFixed(0)})`;
  const saved = (
    used: readonly number[],
    unused: readonly number[],
    figure: (seconds: readonly number[]) => number,
  ): string => `${(100 * (1 - figure(used) / figure(unused))).toFixed(1)} %`;
  const fastest = (seconds: readonly number[]): number => Math.min(...seconds);
  return [
    `${network} on ${processor}, ${cores} cores; ${threads} threads; Node ${node}, ONNX Runtime ${onnxRuntime}. ` +
      `Milliseconds of a loss gradient, medians of ${rounds} rounds and, in brackets, the fastest.`,
    '',
    '| pattern | with | without | saved, of medians | of the fastest | of processor time | distance |',
    '|---|---|---|---|---|---|---|',
    ...gains.map(({ pattern, used, unused, gradientDistance }) => {
      const cells = [
        `\`${pattern}\``,
        milliseconds(used.seconds),
        milliseconds(unused.seconds),
        saved(used.seconds, unused.seconds, median),
        saved(used.seconds, unused.seconds, fastest),
        saved(used.processorSeconds, unused.processorSeconds, fastest),
        gradientDistance.toExponential(1),
      ];
      return `| ${cells.join(' | ')} |`;
    }),
  ].join('\n');
}

const result = await inTemporaryFolder(async (folder): Promise<PatternGains> => {
  const machine = await describeMachine('');
  const all = await start(allPatterns, join(folder, `${allPatterns}.npy`));
  const gains: PatternGain[] = [];
  try {
    for (const pattern of values.pattern ?? patterns.keys()) {
      gains.push(await gainOf(pattern, folder, all));
    }
  } finally {
    all.stop();
  }
  return { network: problem.name, machine, threads: Number(values.threads), patterns: gains };
});

const json = `${JSON.stringify(result, undefined, 2)}\n`;
if (values.out !== undefined) {
  await mkdir(dirname(values.out), { recursive: true });
  await writeFile(values.out, json);
}
process.stdout.write(values.json ? json : `${toMarkdown(result)}\n`);
