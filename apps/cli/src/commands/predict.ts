import { parseCount } from '../arguments/number.js';
import { printResult } from '../display/result-writer.js';
import { formatTable } from '../display/table.js';
import type { PredictResult } from '../work/tasks/predict.js';
import { runTask } from '../work/run-task.js';
import { finish, type Command } from './command.js';
import { parseVictimFlags, withVictimFlags } from './victim-flags.js';

/** `msanet predict`: what a victim takes videos for. */
export const predictCommand: Command = {
  declare: (cli) =>
    cli.command(
      'predict <input..>',
      'say what a victim takes videos for',
      (command) =>
        withVictimFlags(
          command.positional('input', {
            type: 'string',
            array: true,
            demandOption: true,
            describe: 'video, folder of frames, or .npy clip',
          }),
        )
          .option('top', {
            type: 'string',
            default: '5',
            requiresArg: true,
            describe: 'classes to show',
          })
          .option('json', { type: 'boolean', default: false, describe: 'print JSON' }),
      async (flags) => {
        const top = parseCount(flags.top, 1, '--top');
        const { victim } = await parseVictimFlags(flags);
        const { result, aborted } = await runTask('predict', {
          ...victim,
          inputs: flags.input,
          top,
        });
        printResult(result, flags.json, () => describe(result));
        finish(aborted);
      },
    ),
};

function describe({ predictions }: PredictResult): string {
  return predictions
    .map(({ input, classes }) => {
      const rows = classes.map(({ label, probability, index }) => [
        label,
        `${(100 * probability).toFixed(2)} %`,
        index,
      ]);
      return `${input}\n${formatTable(['class', 'probability', 'index'], rows)}`;
    })
    .join('\n\n');
}
