import { parseCount } from '../arguments/number.js';
import { printResult } from '../display/result-writer.js';
import { formatTable } from '../display/table.js';
import type { GradcheckResult } from '../work/tasks/gradcheck.js';
import { runTask } from '../work/run-task.js';
import { finish, type Command } from './command.js';
import { parseVictimFlags, withVictimFlags } from './victim-flags.js';

/** `msanet gradcheck`: whether a victim's gradient agrees with finite differences. */
export const gradcheckCommand: Command = {
  declare: (cli) =>
    cli.command(
      'gradcheck [input]',
      "compare a victim's gradient with finite differences",
      (command) =>
        withVictimFlags(
          command.positional('input', {
            type: 'string',
            describe: 'clip to check at; random values when absent',
          }),
        )
          .option('directions', {
            type: 'string',
            default: '3',
            requiresArg: true,
            describe: "random directions beside the gradient's own",
          })
          .option('seed', {
            type: 'string',
            default: '0',
            requiresArg: true,
            describe: 'seed of clip, class and directions',
          })
          .option('json', { type: 'boolean', default: false, describe: 'print JSON' }),
      async (flags) => {
        const directions = parseCount(flags.directions, 0, '--directions');
        const seed = parseCount(flags.seed, 0, '--seed');
        const { victim } = await parseVictimFlags(flags);
        const { result, aborted } = await runTask('gradcheck', {
          ...victim,
          ...(flags.input === undefined ? {} : { input: flags.input }),
          directions,
          seed,
        });
        printResult(result, flags.json, () => describe(result));
        finish(aborted, !result.passed);
      },
    ),
};

function describe({ checks, passed, zeroShare, gradientNorm, victim }: GradcheckResult): string {
  const rows = checks.map((check) => [
    check.direction,
    check.analytic.toExponential(4),
    check.numeric.toExponential(4),
    check.relativeError.toExponential(2),
    `${check.passed ? 'agrees' : 'DIFFERS'}${check.kink ? ', at a kink' : ''}`,
  ]);
  return [
    formatTable(['direction', 'gradient', 'difference quotient', 'relative error', ''], rows),
    '',
    `gradient norm ${gradientNorm.toPrecision(5)}, exactly zero at ${(100 * zeroShare).toFixed(2)} % of the values`,
    passed ? `${victim}: the gradient agrees` : `${victim}: the gradient does NOT agree`,
  ].join('\n');
}
