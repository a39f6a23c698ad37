/** Compares numbers of workers and threads of `msanet compare` by clips per second. See `README.md`. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readDataset } from '@msanet/video';
import { demoActionsCache } from '@msanet/demo-actions';
import { writeSafetensors } from '@msanet/checkpoint';
import { secondsNow } from '@msanet/core';
import { Random } from '@msanet/tensor';
import {
  officialCheckpoint,
  randomTsmWeights,
  resnetBackbone,
  type TsmConfig,
} from '@msanet/victim-tsm';
import { median } from './comparison.js';
import { attackRecords, clipRecords, finished, startCompare } from './compare-runs.js';
import { inTemporaryFolder } from './problem.js';

const { values } = parseArgs({
  options: {
    /** A victim of the command line; TSM-ResNet-50 with random weights when absent. */
    victim: { type: 'string' },
    configurations: { type: 'string', default: '1x2,2x1,1x1,2x2' },
    clips: { type: 'string', default: '8' },
    rounds: { type: 'string', default: '3' },
    root: { type: 'string', default: demoActionsCache() },
    json: { type: 'boolean', default: false },
    out: { type: 'string' },
  },
});
const { root } = values;

/** So many workers with so many threads each, and what was found. */
interface Configuration {
  readonly workers: number;
  readonly threads: number;
  /** Clips per second of each round, once the workers are warm. */
  readonly clipsPerSecond: number[];
  /** Seconds of each round, start and end included. */
  readonly seconds: number[];
}

/** The victim TSM-ResNet-50 at 8 × 224 × 224 with random weights, for the classes of demo-actions. */
async function fullSizeVictim(folder: string): Promise<string> {
  const { classes } = await readDataset('demo-actions', { root });
  const config: TsmConfig = {
    segments: 8,
    classes: classes.length,
    inputSize: 224,
    backbone: resnetBackbone(50),
    shiftDivisor: 8,
    shiftPlacement: 'blockres',
  };
  const [checkpoint, labels] = [join(folder, 'tsm.safetensors'), join(folder, 'labels.txt')];
  const weights = randomTsmWeights(config, new Random(1));
  await writeFile(checkpoint, writeSafetensors(officialCheckpoint(config, weights)));
  await writeFile(labels, classes.join('\n'));
  return `tsm:checkpoint=${checkpoint},labels=${labels}`;
}

await inTemporaryFolder(async (folder) => {
  const victim = values.victim ?? (await fullSizeVictim(folder));
  const configurations = values.configurations.split(',').map((text): Configuration => {
    const [workers, threads] = text.split('x').map(Number);
    return { workers, threads, clipsPerSecond: [], seconds: [] };
  });
  for (let round = 0; round < Number(values.rounds); round++) {
    for (const { workers, threads, clipsPerSecond, seconds } of configurations) {
      const out = join(folder, `${round}-${workers}x${threads}`);
      const start = secondsNow();
      const clips = Number(values.clips);
      await finished(startCompare({ victims: [victim], clips, root, workers, threads, out }));
      seconds.push(secondsNow() - start);
      const examining = clipRecords(out).map(({ times }) => times.seconds);
      // A clip that its victim takes for the target already is not attacked.
      const attacking = attackRecords(out).flatMap(({ result, times }) =>
        result === null || times === null || result.queries.gradient === 0
          ? []
          : [times.attack + times.around],
      );
      // Medians, because the first clip of each worker also compiles the graphs.
      clipsPerSecond.push(workers / (median(examining) + median(attacking)));
      process.stderr.write(
        `round ${round + 1}, ${workers} × ${threads}: ${clipsPerSecond.at(-1)?.toFixed(3)} clips per second\n`,
      );
    }
  }
  const lines = [
    '| workers × threads | clips per second, median | of single rounds | seconds with start and end |',
    '|---|---|---|---|',
    ...configurations.map(({ workers, threads, clipsPerSecond, seconds }) => {
      const [low, high] = [Math.min(...clipsPerSecond), Math.max(...clipsPerSecond)];
      const range = `${low.toFixed(3)} to ${high.toFixed(3)}`;
      const cells = [median(clipsPerSecond).toFixed(3), range, median(seconds).toFixed(1)];
      return `| ${[`${workers} × ${threads}`, ...cells].join(' | ')} |`;
    }),
  ];
  const json = `${JSON.stringify({ victim: values.victim ?? 'TSM-ResNet-50', configurations }, undefined, 2)}\n`;
  if (values.out !== undefined) await writeFile(values.out, json);
  process.stdout.write(values.json ? json : `${lines.join('\n')}\n`);
});
