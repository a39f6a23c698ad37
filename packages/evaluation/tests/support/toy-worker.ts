import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { serveWorker, type ToWorker } from '../../src/index.js';
import { prepareToys } from './toy-comparison.js';

/** A worker process of toys. `MSANET_TOY_PAUSE` slows it down; `MSANET_TOY_DEATH` names a clip that kills it once. */
const pause = Number(process.env['MSANET_TOY_PAUSE'] ?? 0);
const mortal = process.env['MSANET_TOY_DEATH'];
process.on('disconnect', () => process.exit(1));
serveWorker(
  {
    // A parent that was killed is no reason to complain: there is nobody left to tell.
    send: (message) =>
      void process.send?.(message, (error: Error | null) => error && process.exit(1)),
    onMessage: (listener) => process.on('message', (message) => listener(message as ToWorker)),
  },
  async (setup) => {
    const prepared = await prepareToys(setup, pause);
    const { load } = prepared.parts;
    return {
      ...prepared,
      parts: {
        ...prepared.parts,
        load(clip) {
          const marker = join(setup.folder, '..', `died-${process.ppid}`);
          if (clip.id === mortal && !existsSync(marker)) {
            writeFileSync(marker, '');
            process.kill(process.pid, 'SIGKILL');
          }
          return load(clip);
        },
      },
    };
  },
);
