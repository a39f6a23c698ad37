import type { Contender } from './contender.js';
import type { Machine } from './machine.js';

/** The figures of one contender. */
export interface ContenderResult {
  readonly id: string;
  readonly description: string;
  /** Seconds of each round. */
  readonly seconds: readonly number[];
  readonly medianSeconds: number;
  readonly peakMemoryBytes: number | undefined;
}

/** A quotient of two contenders' times, with the bound that the project sets itself. */
export interface Ratio {
  readonly description: string;
  readonly value: number;
  /** The quotient of the fastest runs, which other work on the machine disturbs least. */
  readonly ofFastest: number;
  /** Smallest and largest quotient of the two times of one round. */
  readonly range: readonly [number, number];
  readonly target: number | undefined;
}

/** All that one invocation found. */
export interface Comparison {
  /** The network that was compared. */
  readonly network: string;
  readonly machine: Machine;
  readonly threads: number;
  readonly contenders: readonly ContenderResult[];
  readonly ratios: readonly Ratio[];
  /** Relative L2 distance of our gradient from PyTorch's: that both did the same work. */
  readonly gradientDistance: number | undefined;
}

/** The figures of a contender that has run. */
export function resultOf({ id, description, seconds, peakMemory }: Contender): ContenderResult {
  return {
    id,
    description,
    seconds,
    medianSeconds: median(seconds),
    peakMemoryBytes: peakMemory,
  };
}

/** The quotient of two contenders' median times, if both took part. */
export function ratio(
  description: string,
  results: readonly ContenderResult[],
  [above, below]: readonly [string, string],
  target?: number,
): Ratio[] {
  const a = results.find(({ id }) => id === above);
  const b = results.find(({ id }) => id === below);
  if (!a || !b) return [];
  const quotients = a.seconds.map((seconds, round) => seconds / b.seconds[round]);
  const range = [Math.min(...quotients), Math.max(...quotients)] as const;
  const value = a.medianSeconds / b.medianSeconds;
  const ofFastest = Math.min(...a.seconds) / Math.min(...b.seconds);
  return [{ description, value, ofFastest, range, target }];
}

/** The comparison as Markdown. */
export function toMarkdown(comparison: Comparison): string {
  const { network, machine, threads, contenders, ratios, gradientDistance } = comparison;
  const { processor, cores, vectors, system, node, onnxRuntime, pytorch } = machine;
  const lines = [
    `${network} on ${processor}, ${cores} cores, ${vectors ?? 'unknown vectors'}, ${system}; ${threads} threads; Node ${node}, ` +
      `ONNX Runtime ${onnxRuntime}, ${pytorch === undefined ? 'no PyTorch here' : `PyTorch ${pytorch}`}.`,
    '',
    '| | median s | fastest | slowest | peak memory, MB |',
    '|---|---|---|---|---|',
    ...contenders.map(({ description, seconds, medianSeconds, peakMemoryBytes }) => {
      const memory = peakMemoryBytes === undefined ? '?' : (peakMemoryBytes / 1e6).toFixed(0);
      const [fastest, slowest] = [Math.min(...seconds), Math.max(...seconds)];
      const times = [medianSeconds, fastest, slowest].map((value) => value.toFixed(3));
      return `| ${[description, ...times, memory].join(' | ')} |`;
    }),
    '',
    '| ratio | of medians | of the fastest | of single rounds | target |',
    '|---|---|---|---|---|',
    ...ratios.map(({ description, value, ofFastest, range, target }) => {
      const [low, high] = range.map((quotient) => quotient.toFixed(2));
      const bound = target === undefined ? '' : `≤ ${target}`;
      const quotients = [value, ofFastest].map((quotient) => quotient.toFixed(2)).join(' | ');
      return `| ${description} | ${quotients} | ${low} to ${high} | ${bound} |`;
    }),
  ];
  if (gradientDistance !== undefined) {
    lines.push('', `Relative L2 distance of the gradients: ${gradientDistance.toExponential(1)}.`);
  }
  return lines.join('\n');
}

/** The middle value, or the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
