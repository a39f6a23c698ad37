import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { MsanetError } from '@msanet/core';
import { ProgressDisplay } from '../display/progress-display.js';
import { deserializeError, type Reply, type Request } from './protocol.js';
import type { Tasks } from './tasks/index.js';

/** What a task came to. */
export interface TaskResult<R> {
  readonly result: R;
  /** Whether the user interrupted it; the result holds what was done. */
  readonly aborted: boolean;
}

/**
 * Runs a task in a child process, draws its progress, and hands on an interruption: the first Ctrl-C asks the task to
 * finish with what it has, the second ends the child at once.
 *
 * @throws MsanetError what the task threw; `WORKER_FAILED` when the child ended unexpectedly; `ABORTED` when it had to be
 *   ended
 */
export function runTask<N extends keyof Tasks>(
  name: N,
  input: Parameters<Tasks[N]>[0],
): Promise<TaskResult<Awaited<ReturnType<Tasks[N]>>>> {
  // The child's own output belongs on stderr: stdout is for results.
  const child = fork(fileURLToPath(new URL('./child.js', import.meta.url)), [], {
    stdio: ['ignore', 2, 2, 'ipc'],
    serialization: 'advanced',
    // Lets the runtime drop the weights' JavaScript copies before the first run, which sets the peak memory.
    execArgv: ['--expose-gc'],
  });
  const display = new ProgressDisplay(process.stderr);
  const interruption = watchInterruption(child, display);
  return new Promise<TaskResult<Awaited<ReturnType<Tasks[N]>>>>((resolve, reject) => {
    let settled = false;
    child.on('message', (reply: Reply) => {
      if (reply.kind === 'progress') display.show(reply.progress);
      else if (reply.kind === 'note') display.note(reply.text);
      else if (reply.kind === 'done') {
        settled = true;
        const result = reply.result as Awaited<ReturnType<Tasks[N]>>;
        resolve({ result, aborted: reply.aborted });
      } else {
        settled = true;
        reject(deserializeError(reply.error));
      }
    });
    child.on('error', (error) => reject(workerFailed(error.message)));
    child.on('exit', (code, signal) => {
      if (settled) return;
      reject(interruption.count > 0 ? interrupted() : workerFailed(signal ?? `exit code ${code}`));
    });
    child.send({ kind: 'task', name, arguments: input } satisfies Request);
  }).finally(() => {
    display.close();
    interruption.stop();
  });
}

function watchInterruption(
  child: ChildProcess,
  display: ProgressDisplay,
): { readonly count: number; stop(): void } {
  let count = 0;
  const onInterrupt = (): void => {
    count += 1;
    if (count === 1 && child.connected) {
      display.note('Stopping after this step; what is done is kept. Ctrl-C again ends it at once.');
      child.send({ kind: 'abort' } satisfies Request);
    } else {
      child.kill('SIGKILL');
    }
  };
  process.on('SIGINT', onInterrupt);
  process.on('SIGTERM', onInterrupt);
  return {
    get count() {
      return count;
    },
    stop() {
      process.off('SIGINT', onInterrupt);
      process.off('SIGTERM', onInterrupt);
    },
  };
}

function workerFailed(got: string): MsanetError {
  return new MsanetError({
    code: 'WORKER_FAILED',
    where: 'the working process',
    expected: 'it to finish',
    got,
    remedy:
      got === 'SIGKILL'
        ? 'the machine may have run out of memory; close other programs or use smaller clips'
        : 'run msanet doctor to check this machine',
  });
}

function interrupted(): MsanetError {
  return new MsanetError({
    code: 'ABORTED',
    where: 'the working process',
    expected: 'time to finish',
    got: 'an interruption',
    remedy: 'files that were finished before stay valid',
  });
}
