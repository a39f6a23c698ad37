import { RunFolder, WorkerPool, runComparison, runFormat } from '../../src/index.js';
import { launchToys } from './launch-toy.js';
import { toyClasses, toyClips, toyExperiment } from './toy-comparison.js';

/**
 * A process that runs, or resumes, a toy comparison: what `msanet compare` is among toys. It tells its progress on stdout, so
 * that whoever started it can kill it at a moment of choice.
 */
const [path, clipCount, workers, worker] = process.argv.slice(2);
const experiment = toyExperiment();
const clips = await toyClips(Number(clipCount));
const folder = RunFolder.open(path, { resume: true });
const setup = { experiment, classes: toyClasses, folder: path };
const pool = new WorkerPool(launchToys(worker), setup, Number(workers));
const ready = await pool.start();
folder.begin({
  format: runFormat,
  experiment,
  versions: { msanet: 'test' },
  files: [],
  dataset: { classes: toyClasses, clips: clips.length, sha256: 'test' },
  victims: ready.victims,
  gradientAttacks: ['climb'],
  publishedAccuracy: {},
  circumstances: {},
});
process.stdout.write('begun\n');
await runComparison({
  experiment,
  classes: toyClasses,
  clips,
  folder,
  pool,
  ready,
  onProgress: ({ done }) => process.stdout.write(`done ${done}\n`),
});
pool.close();
folder.close();
process.exit(0);
