import { printResult } from '../display/result-writer.js';
import { formatTable } from '../display/table.js';
import type { ProbeResult } from '../work/tasks/probe.js';
import { runTask } from '../work/run-task.js';
import { finish, type Command } from './command.js';

/** `msanet doctor`: what works on this machine. */
export const doctorCommand: Command = {
  declare: (cli) =>
    cli.command(
      'doctor',
      'say what works on this machine',
      (command) =>
        command.option('json', { type: 'boolean', default: false, describe: 'print JSON' }),
      async (flags) => {
        const { result, aborted } = await runTask('probe', undefined);
        printResult(result, flags.json, () => describe(result));
        finish(aborted, !result.usable);
      },
    ),
};

function describe({ versions, devices, videoLibrary, usable }: ProbeResult): string {
  const rows = [
    ['msanet', versions.msanet],
    ['Node.js', `${versions.node} on ${versions.platform}`],
    ['ONNX Runtime', versions.onnxruntime],
    ...devices.map(({ device, usable: works, reason }) => [
      `  device ${device}`,
      works ? 'works' : `does not work: ${reason}`,
    ]),
    ['video decoder', videoLibrary === undefined ? 'does not load' : `FFmpeg ${videoLibrary}`],
  ];
  return [
    formatTable(['part', 'state'], rows),
    '',
    usable ? 'The default path works.' : 'The default path is BROKEN.',
  ].join('\n');
}
