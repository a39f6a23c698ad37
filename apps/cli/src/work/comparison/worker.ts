import { serveWorker, type ToWorker } from '@msanet/evaluation';
import { prepareWorker } from './prepare-worker.js';

/** The process that attacks clips for a comparison: a runtime blocks its whole process, and a crash ends only this one. */
// Ctrl-C in a terminal reaches the whole process group; the parent decides what it means.
process.on('SIGINT', () => undefined);
process.on('disconnect', () => process.exit(1));
serveWorker(
  {
    // A parent that was killed is no reason to complain: there is nobody left to tell.
    send: (message) =>
      void process.send?.(message, (error: Error | null) => error && process.exit(1)),
    onMessage: (listener) => process.on('message', (message) => listener(message as ToWorker)),
  },
  prepareWorker,
);
