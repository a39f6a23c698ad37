import { fork } from 'node:child_process';
import type { FromWorker, LaunchWorker } from '../../src/index.js';

/**
 * Starts worker processes of toys.
 *
 * @param program the bundled worker
 */
export function launchToys(
  program: string,
  environment: Record<string, string> = {},
): LaunchWorker {
  return () => {
    const child = fork(program, [], { env: { ...process.env, ...environment }, execArgv: [] });
    return {
      send: (message) => void child.send(message, () => undefined),
      onMessage: (listener) =>
        void child.on('message', (message) => listener(message as FromWorker)),
      onExit: (listener) =>
        void child.on('exit', (code, signal) => listener(signal ?? `exit code ${code}`)),
      kill: () => void child.kill('SIGKILL'),
    };
  };
}
