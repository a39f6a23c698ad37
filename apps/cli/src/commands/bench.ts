import { parseCount } from '../arguments/number.js';
import { printResult } from '../display/result-writer.js';
import { formatTable } from '../display/table.js';
import type { BenchResult, Timing } from '../work/tasks/bench.js';
import { runTask } from '../work/run-task.js';
import { finish, type Command } from './command.js';
import { parseVictimFlags, withVictimFlags } from './victim-flags.js';

/** `msanet bench`: how long a victim takes on this machine. */
export const benchCommand: Command = {
  declare: (cli) =>
    cli.command(
      'bench',
      'time a victim on this machine',
      (command) =>
        withVictimFlags(command)
          .option('batch', {
            type: 'string',
            default: '1',
            requiresArg: true,
            describe: 'clips per call',
          })
          .option('rounds', {
            type: 'string',
            default: '7',
            requiresArg: true,
            describe: 'counted calls of each kind',
          })
          .option('json', { type: 'boolean', default: false, describe: 'print JSON' }),
      async (flags) => {
        const batch = parseCount(flags.batch, 1, '--batch');
        const rounds = parseCount(flags.rounds, 1, '--rounds');
        const { victim } = await parseVictimFlags(flags);
        const { result, aborted } = await runTask('bench', { ...victim, batch, rounds });
        printResult(result, flags.json, () => describe(result));
        finish(aborted);
      },
    ),
};

function describe({ forward, lossGradient, ratio, peakMemory, device }: BenchResult): string {
  const row = (name: string, timing: Timing): (string | number)[] => [
    name,
    timing.median.toFixed(3),
    timing.minimum.toFixed(3),
    timing.maximum.toFixed(3),
  ];
  const rows = [row('forward pass', forward)];
  if (lossGradient !== undefined) rows.push(row('loss gradient', lossGradient));
  return [
    formatTable(['seconds', 'median', 'minimum', 'maximum'], rows),
    '',
    ...(ratio === undefined ? [] : [`loss gradient / forward pass  ${ratio.toFixed(2)}`]),
    `peak memory  ${(peakMemory / 2 ** 20).toFixed(0)} MiB`,
    `device  ${device}`,
  ].join('\n');
}
