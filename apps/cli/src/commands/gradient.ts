import { printResult } from '../display/result-writer.js';
import { runTask } from '../work/run-task.js';
import { finish, type Command } from './command.js';
import { parseVictimFlags, withVictimFlags } from './victim-flags.js';

/** `msanet gradient`: the gradient of a loss with respect to the values of a clip. */
export const gradientCommand: Command = {
  declare: (cli) =>
    cli.command(
      'gradient <input>',
      'write the gradient of a loss with respect to a clip',
      (command) =>
        withVictimFlags(
          command.positional('input', {
            type: 'string',
            demandOption: true,
            describe: 'video, folder of frames, or .npy clip',
          }),
        )
          .option('label', {
            type: 'string',
            demandOption: true,
            requiresArg: true,
            describe: 'class index or name',
          })
          .option('loss', {
            choices: ['cross-entropy', 'margin', 'dlr'] as const,
            default: 'cross-entropy' as const,
            describe: 'loss to differentiate',
          })
          .option('out', {
            type: 'string',
            demandOption: true,
            requiresArg: true,
            describe: '.npy file to write, float32 of shape (frames, 3, height, width)',
          })
          .option('json', { type: 'boolean', default: false, describe: 'print JSON' }),
      async (flags) => {
        const { victim } = await parseVictimFlags(flags);
        const { result, aborted } = await runTask('gradient', {
          ...victim,
          input: flags.input,
          label: flags.label,
          loss: flags.loss,
          out: flags.out,
        });
        printResult(result, flags.json, () =>
          [
            `class     ${result.label.name} (${result.label.index})`,
            `loss      ${result.loss.toPrecision(7)} (${result.lossKind})`,
            `gradient  L2 ${result.gradient.l2.toPrecision(7)}, written to ${result.gradient.file}`,
          ].join('\n'),
        );
        finish(aborted);
      },
    ),
};
