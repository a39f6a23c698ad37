/**
 * Compares our loss gradient of TSM- or TDN-ResNet-50 with PyTorch's, and with our own forward pass. See `README.md`.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { ratio, resultOf, toMarkdown, type Comparison } from './comparison.js';
import { Contender, type ContenderOptions } from './contender.js';
import { describeMachine } from './machine.js';
import { inTemporaryFolder, problemOf, writeProblem } from './problem.js';
import { relativeDistance } from './relative-distance.js';

const { values } = parseArgs({
  options: {
    network: { type: 'string', default: 'tsm' },
    rounds: { type: 'string', default: '9' },
    threads: { type: 'string', default: String(availableParallelism()) },
    pause: { type: 'string', default: '0.3' },
    python: { type: 'string', default: '/usr/bin/python3' },
    json: { type: 'boolean', default: false },
    out: { type: 'string' },
    check: { type: 'boolean', default: false },
  },
});
const problem = problemOf(values.network);
const rounds = Number(values.rounds);
const threads = Number(values.threads);
const pause = Number(values.pause);

const here = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const resultFile = (folder: string, id: string) => join(folder, `${id}.npy`);

function ours(folder: string, task: string, description: string): ContenderOptions {
  const id = `ours-${task}`;
  const script = [
    '--expose-gc',
    '--import',
    'tsx',
    '--conditions',
    '@msanet/source',
    here('ours.ts'),
  ];
  const command = [
    process.execPath,
    ...script,
    values.network,
    task,
    String(threads),
    resultFile(folder, id),
  ];
  return { id, description, command };
}

function pytorch(
  folder: string,
  task: string,
  form: string,
  description: string,
): ContenderOptions {
  const id = `pytorch-${task}-${form}`;
  const argv = [task, String(threads), folder, resultFile(folder, id), form];
  return { id, description, command: [values.python, here(problem.pytorch), ...argv] };
}

/** One round: every contender runs once, with a pause between, in which threads come to rest. */
async function compareOnce(contenders: readonly Contender[]): Promise<void> {
  for (const contender of contenders) {
    await sleep(1000 * pause);
    await contender.run();
  }
}

const comparison = await inTemporaryFolder(async (folder): Promise<Comparison> => {
  const machine = await describeMachine(values.python);
  await writeProblem(problem, folder);
  const options = [
    ours(folder, 'forward', 'ours, forward'),
    ours(folder, 'gradient', 'ours, loss gradient'),
  ];
  if (machine.pytorch === undefined) {
    process.stderr.write(
      `No PyTorch for ${values.python} (Debian: python3-torch); measuring only ours.\n`,
    );
  } else {
    options.push(
      pytorch(folder, 'forward', 'modules', 'PyTorch eager, forward'),
      pytorch(folder, 'gradient', 'modules', 'PyTorch eager, loss gradient'),
      pytorch(
        folder,
        'gradient',
        'folded',
        'PyTorch eager, loss gradient, norms folded beforehand',
      ),
    );
  }
  const contenders: Contender[] = [];
  try {
    for (const option of options) contenders.push(await Contender.start(option));
    for (let round = 0; round < rounds; round++) await compareOnce(contenders);
  } finally {
    for (const contender of contenders) contender.stop();
  }
  const results = contenders.map(resultOf);
  const distance =
    machine.pytorch === undefined
      ? undefined
      : await relativeDistance(
          resultFile(folder, 'ours-gradient'),
          resultFile(folder, 'pytorch-gradient-modules'),
        );
  /** The most of PyTorch's time that the project allows itself. */
  const target = values.network === 'tsm' ? 0.65 : 0.75;
  return {
    network: problem.name,
    machine,
    threads,
    contenders: results,
    ratios: [
      ...ratio(
        'our loss gradient / PyTorch’s',
        results,
        ['ours-gradient', 'pytorch-gradient-modules'],
        target,
      ),
      ...ratio('our loss gradient / PyTorch’s, norms folded', results, [
        'ours-gradient',
        'pytorch-gradient-folded',
      ]),
      ...ratio('our forward / PyTorch’s', results, ['ours-forward', 'pytorch-forward-modules']),
      ...ratio('our loss gradient / our forward', results, ['ours-gradient', 'ours-forward'], 2.6),
    ],
    gradientDistance: distance,
  };
});

const json = `${JSON.stringify(comparison, undefined, 2)}\n`;
if (values.out !== undefined) {
  await mkdir(dirname(values.out), { recursive: true });
  await writeFile(values.out, json);
}
process.stdout.write(values.json ? json : `${toMarkdown(comparison)}\n`);
const missed = comparison.ratios.some(
  ({ value, target }) => target !== undefined && value > target,
);
if (values.check && missed) process.exitCode = 1;
