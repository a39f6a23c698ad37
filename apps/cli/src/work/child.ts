import { serializeError, type Reply, type Request } from './protocol.js';
import { tasks } from './tasks/index.js';
import type { TaskContext } from './task.js';

/**
 * The process that does the long work, so that the parent stays responsive and can end it at any moment: a runtime blocks
 * its whole process while it computes.
 */
const abort = new AbortController();
const send = (reply: Reply): void => {
  process.send?.(reply);
};
const context: TaskContext = {
  signal: abort.signal,
  progress: (progress) => send({ kind: 'progress', progress }),
  note: (text) => send({ kind: 'note', text }),
};

// Ctrl-C in a terminal reaches the whole process group; the parent decides what it means.
process.on('SIGINT', () => undefined);
process.on('disconnect', () => process.exit(1));
process.on('message', (request: Request) => {
  if (request.kind === 'abort') {
    abort.abort();
    return;
  }
  const task = tasks[request.name] as (input: unknown, context: TaskContext) => Promise<unknown>;
  void task(request.arguments, context)
    .then(
      (result): Reply => ({ kind: 'done', result, aborted: abort.signal.aborted }),
      (error: unknown): Reply => ({ kind: 'failed', error: serializeError(error) }),
    )
    .then((reply) => process.send?.(reply, () => process.disconnect()));
});
