import { MsanetError, isMsanetError } from '@msanet/core';
import yargs, { type Argv } from 'yargs';
import { hideBin } from 'yargs/helpers';
import { expectSingleValues, type DeclaredFlags } from './arguments/single-values.js';
import { attackCommand } from './commands/attack.js';
import { benchCommand } from './commands/bench.js';
import { compareCommand } from './commands/compare.js';
import { interruptedExitCode, type Command } from './commands/command.js';
import { demoDataCommand } from './commands/demo-data.js';
import { doctorCommand } from './commands/doctor.js';
import { gradcheckCommand } from './commands/gradcheck.js';
import { gradientCommand } from './commands/gradient.js';
import { listCommand } from './commands/list.js';
import { predictCommand } from './commands/predict.js';
import { trainCommand } from './commands/train.js';
import { universalCommand } from './commands/universal.js';
import { deserializeError, serializeError } from './work/protocol.js';
import { versions } from './versions.js';

const commands: readonly Command[] = [
  predictCommand,
  attackCommand,
  universalCommand,
  compareCommand,
  gradientCommand,
  gradcheckCommand,
  listCommand,
  benchCommand,
  trainCommand,
  demoDataCommand,
  doctorCommand,
];

/** The command line with all its commands. */
function commandLine(): Argv {
  const args = hideBin(process.argv);
  const cli = yargs(args)
    .scriptName('msanet')
    .usage('$0 <command>\n\nMeasures how robust video models are to imperceptible perturbations.')
    .version(versions().msanet)
    // No flag is an object, and none is on unless it is given.
    .parserConfiguration({ 'dot-notation': false, 'boolean-negation': false })
    .strict()
    .demandCommand(1, 'a command is missing')
    .recommendCommands()
    .check(({ version }, declared) => {
      // The types of yargs promise the aliases alone; they come with all that is declared. A version is told by now.
      if (version !== true) expectSingleValues(args, declared as unknown as DeclaredFlags);
      return true;
    }, true)
    .help()
    .wrap(Math.min(100, process.stdout.columns ?? 100))
    .exitProcess(false)
    .fail((message: string | null, error: Error | undefined) => {
      throw error ?? usageError(message ?? 'the command line was not understood');
    });
  return commands.reduce((line, command) => command.declare(line), cli);
}

function usageError(message: string): MsanetError {
  return new MsanetError({
    code: 'USAGE',
    where: 'msanet',
    expected: 'a command line as in msanet --help',
    got: message
      .split('\n')
      .filter((line) => line.trim() !== '')
      .join(' ')
      .toLowerCase()
      .replace(/\.$/, ''),
    remedy: 'see msanet --help',
  });
}

/** Says what went wrong in one sentence, and sets the exit code. */
function report(error: unknown): void {
  // Anything but our own error is a defect, and is reported as a sentence too.
  const known = isMsanetError(error) ? error : deserializeError(serializeError(error));
  process.stderr.write(`${known.message}\n`);
  process.exitCode = known.code === 'ABORTED' ? interruptedExitCode : known.exitCode;
}

try {
  await commandLine().parseAsync();
} catch (error) {
  report(error);
}
