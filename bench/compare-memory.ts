/** Tells whether `msanet compare` keeps to its memory over many clips. See `README.md`. */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { demoActionsCache } from '@msanet/demo-actions';
import { attackRecords, finished, startCompare } from './compare-runs.js';
import { inTemporaryFolder } from './problem.js';
import { residentMemory } from './process-tree.js';

const { values } = parseArgs({
  options: {
    victim: { type: 'string', multiple: true, default: ['tsm-demo', 'tdn-demo'] },
    early: { type: 'string', default: '100' },
    clips: { type: 'string', default: '500' },
    workers: { type: 'string', default: '1' },
    threads: { type: 'string', default: '2' },
    root: { type: 'string', default: demoActionsCache() },
    /** Seconds between two looks at the memory. */
    interval: { type: 'string', default: '0.2' },
    json: { type: 'boolean', default: false },
    check: { type: 'boolean', default: false },
  },
});
const victims = values.victim;
const early = Number(values.early);
const clips = Number(values.clips);
/** Most that the later peak may be above the earlier one. */
const growthTarget = 0.1;

await inTemporaryFolder(async (folder) => {
  const out = join(folder, 'run');
  const [workers, threads] = [Number(values.workers), Number(values.threads)];
  const child = startCompare({ victims, clips, root: values.root, workers, threads, out });
  /** Largest resident memory of all processes together until so many clips were attacked on all victims. */
  let peak = 0;
  let earlyPeak: number | undefined;
  let looks = 0;
  const watch = setInterval(
    () => {
      if (child.pid !== undefined) peak = Math.max(peak, residentMemory(child.pid));
      // Reading the records takes longer than looking at the memory.
      if (earlyPeak === undefined && looks++ % 20 === 0) {
        if (attackRecords(out).length >= early * victims.length) earlyPeak = peak;
      }
    },
    1000 * Number(values.interval),
  );
  try {
    await finished(child);
  } finally {
    clearInterval(watch);
  }
  const attacked = attackRecords(out).filter(({ result }) => result !== null).length;
  const growth = earlyPeak === undefined ? NaN : peak / earlyPeak - 1;
  const result = { victims, early, clips, workers, threads, attacked, earlyPeak, peak, growth };
  const megabytes = (bytes: number | undefined) => ((bytes ?? NaN) / 1e6).toFixed(0);
  process.stdout.write(
    values.json
      ? `${JSON.stringify(result, undefined, 2)}\n`
      : `${attacked} attacks on ${victims.join(' and ')}, ${workers} × ${threads}: peak ${megabytes(earlyPeak)} MB after ${early} clips, ${megabytes(peak)} MB after ${clips}: ${(100 * growth).toFixed(1)} % more, target ≤ ${100 * growthTarget} %.\n`,
  );
  if (values.check && !(growth <= growthTarget)) process.exitCode = 1;
});
