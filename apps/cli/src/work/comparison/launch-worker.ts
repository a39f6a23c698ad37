import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { FromWorker, WorkerLink } from '@msanet/evaluation';

/** Starts a process that attacks clips. */
export function launchWorker(): WorkerLink {
  // The child's own output belongs on stderr: stdout is for results.
  const child = fork(fileURLToPath(new URL('./worker.js', import.meta.url)), [], {
    stdio: ['ignore', 2, 2, 'ipc'],
    // Lets the runtime drop the weights' JavaScript copies before the first run, which sets the peak memory.
    execArgv: ['--expose-gc'],
  });
  let ended = false;
  return {
    send(message) {
      // A process that is gone cannot be told; that it ended is told by its exit.
      if (child.connected) child.send(message, () => undefined);
    },
    onMessage: (listener) => void child.on('message', (message) => listener(message as FromWorker)),
    onExit(listener) {
      const end = (reason: string): void => {
        if (ended) return;
        ended = true;
        listener(reason);
      };
      child.on('error', (error) => end(error.message));
      child.on('exit', (code, signal) => end(signal ?? `exit code ${code}`));
    },
    kill: () => void child.kill('SIGKILL'),
  };
}
