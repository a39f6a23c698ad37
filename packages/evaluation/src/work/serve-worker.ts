import type { FromWorker, Task, ToWorker, WorkerReady, WorkerSetup } from './messages.js';
import { failureOf } from '../records/failure.js';
import { attackClip } from './attack-clip.js';
import { examineClip } from './examine-clip.js';
import { Panel, type PanelParts } from './panel.js';

/** The worker's end of the line to its parent. */
export interface WorkerChannel {
  send(message: FromWorker): void;
  onMessage(listener: (message: ToWorker) => void): void;
}

/** What the application prepares for a worker. */
export interface PreparedWorker {
  readonly parts: PanelParts;
  readonly ready: WorkerReady;
}

/**
 * Serves a parent: loads victims and attacks once, then does one task after the other until the process ends.
 *
 * @param prepare loads what the setup names
 */
export function serveWorker(
  channel: WorkerChannel,
  prepare: (setup: WorkerSetup) => Promise<PreparedWorker>,
): void {
  let panel: Panel | undefined;
  const work = async (message: ToWorker): Promise<FromWorker> => {
    if (message.kind === 'setup') {
      const { parts, ready } = await prepare(message.setup);
      panel = new Panel(parts);
      return { kind: 'ready', ready };
    }
    if (panel === undefined) throw new Error('a task came before the setup');
    return perform(message.task, panel);
  };
  channel.onMessage((message) => {
    void work(message)
      .catch((error: unknown): FromWorker => ({ kind: 'failed', failure: failureOf(error) }))
      .then((answer) => channel.send(answer));
  });
}

async function perform(task: Task, panel: Panel): Promise<FromWorker> {
  if (task.kind === 'attack') return { kind: 'done', record: await attackClip(task, panel) };
  const record = await examineClip(task, panel);
  const { cleanLogits } = await panel.clip(task.clip);
  const known = cleanLogits.map((logits) => Array.from(logits ?? []));
  // What is no finite number is lost on the way to the parent.
  const survives = known.every((logits) => logits.length > 0 && logits.every(Number.isFinite));
  return { kind: 'done', record, ...(survives ? { cleanLogits: known } : {}) };
}
