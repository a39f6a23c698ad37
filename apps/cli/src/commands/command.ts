import type { Argv } from 'yargs';

/** One command of the command line. */
export interface Command {
  /** Adds the command with its flags and its handler. */
  declare(cli: Argv): Argv;
}

/** Exit code of an interrupted command, as shells expect it: 128 + SIGINT. */
export const interruptedExitCode = 130;

/** Sets the exit code by how the work ended. */
export function finish(aborted: boolean, failed = false): void {
  if (aborted) process.exitCode = interruptedExitCode;
  else if (failed) process.exitCode = 1;
}
