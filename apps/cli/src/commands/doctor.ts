import { printResult } from '../display/result-writer.js';
import { formatTable } from '../display/table.js';
import type { ProbeResult } from '../work/tasks/probe.js';
import { runTask } from '../work/run-task.js';
import { finish, type Command } from './command.js';
import { examineModelFile } from './doctor-model.js';

/** `msanet doctor`: what works on this machine, or what a model file is. */
export const doctorCommand: Command = {
  declare: (cli) =>
    cli.command(
      'doctor',
      'say what works on this machine, or whether a model file does',
      (command) =>
        command
          .option('model', {
            type: 'string',
            requiresArg: true,
            describe: 'ONNX file to examine: what it takes, and a manifest for it',
          })
          .option('json', { type: 'boolean', default: false, describe: 'print JSON' }),
      async (flags) => {
        if (flags.model !== undefined) {
          await examineModelFile(flags.model, flags.json);
          return;
        }
        const { result, aborted } = await runTask('probe', undefined);
        printResult(result, flags.json, () => describe(result));
        finish(aborted, !result.usable);
      },
    ),
};

function describe({ versions, devices, videoLibrary, victims, usable }: ProbeResult): string {
  const rows = [
    ['msanet', versions.msanet],
    ['Node.js', `${versions.node} on ${versions.platform}`],
    ['ONNX Runtime', versions.onnxruntime],
    ...devices.map(({ device, usable: works, reason }) => [
      `  device ${device}`,
      works ? 'works' : `does not work: ${reason}`,
    ]),
    ['video decoder', videoLibrary === undefined ? 'does not load' : `FFmpeg ${videoLibrary}`],
    ...victims.map(({ victim, usable: works, reason }) => [
      `victim ${victim}`,
      works ? 'works' : `does not work: ${reason}`,
    ]),
  ];
  return [
    formatTable(['part', 'state'], rows),
    '',
    usable ? 'The default path works.' : 'The default path is BROKEN.',
  ].join('\n');
}
