/**
 * Compares PGD on TSM- or TDN-ResNet-50, from the clip to the judged result, with PyTorch's, and tells what our own code
 * takes beside the network. See `README.md`.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { adversarialMargin, argmax, misclassification } from '@msanet/core';
import { readNpy } from '@msanet/tensor';
import { median, ratio, resultOf, toMarkdown } from './comparison.js';
import { Contender } from './contender.js';
import { describeMachine } from './machine.js';
import { ownShare, type AttackSpans, type OwnShare } from './own-code.js';
import { inTemporaryFolder, problemOf, writeProblem } from './problem.js';

const { values } = parseArgs({
  options: {
    network: { type: 'string', default: 'tsm' },
    rounds: { type: 'string', default: '5' },
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

/** Most that our own code may take of a step. */
const ownShareTarget = 0.05;

/** The margin of the clean and of the adversarial clip in logits: above 0 where the attack has succeeded. */
type Margins = readonly [clean: number, adversarial: number];

const here = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const typescript = ['--expose-gc', '--import', 'tsx', '--conditions', '@msanet/source'];

const comparison = await inTemporaryFolder(async (folder) => {
  const machine = await describeMachine(values.python);
  await writeProblem(problem, folder);
  const inFolder = (name: string) => join(folder, name);
  const spansFile = inFolder('spans.json');
  const argv = [values.network, values.threads, inFolder('ours.npy'), spansFile];
  const contenders: Contender[] = [];
  const spans: AttackSpans[] = [];
  try {
    const ours = await Contender.start({
      id: 'ours',
      description: 'ours, PGD-10',
      command: [process.execPath, ...typescript, here('pgd-ours.ts'), ...argv],
    });
    contenders.push(ours);
    if (machine.pytorch !== undefined) {
      const task = ['pgd', values.threads, folder, inFolder('pytorch.npy'), 'modules'];
      contenders.push(
        await Contender.start({
          id: 'pytorch',
          description: 'PyTorch eager, PGD-10',
          command: [values.python, here(problem.pytorch), ...task],
        }),
      );
    }
    for (let round = 0; round < rounds; round++) {
      for (const contender of contenders) {
        await sleep(1000 * Number(values.pause));
        await contender.run();
      }
      spans.push(JSON.parse(await readFile(spansFile, 'utf8')) as AttackSpans);
    }
  } finally {
    for (const contender of contenders) contender.stop();
  }
  const results = contenders.map(resultOf);
  const processorSeconds = contenders.map(({ id, processorSeconds: seconds }) => [
    id,
    median(seconds),
  ]);
  const margins = Object.fromEntries(
    await Promise.all(
      contenders.map(async ({ id }) => [id, await marginsIn(inFolder(`${id}.npy`))] as const),
    ),
  );
  return {
    network: problem.name,
    machine,
    threads,
    contenders: results,
    ratios: ratio('our PGD-10 / PyTorch’s', results, ['ours', 'pytorch'], 0.7),
    gradientDistance: undefined,
    margins,
    processorSeconds: Object.fromEntries(processorSeconds) as Record<string, number>,
    ownCode: {
      ofAttack: ownShare(
        spans.map(({ attack }) => attack),
        threads,
      ),
      ofStep: ownShare(
        spans.flatMap(({ steps }) => steps),
        threads,
      ),
    },
  };
});

async function marginsIn(file: string): Promise<Margins> {
  const { data, shape } = readNpy(await readFile(file));
  const logits = Float32Array.from(data as Float32Array);
  const [clean, adversarial] = [logits.subarray(0, shape[1]), logits.subarray(shape[1])];
  const criterion = misclassification(argmax(clean));
  return [adversarialMargin(clean, criterion), adversarialMargin(adversarial, criterion)];
}

const { ofStep, ofAttack } = comparison.ownCode;
const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
const row = (what: string, { milliseconds, ofProcessor, ofClock }: OwnShare, target = '') =>
  `| ${[what, milliseconds.toFixed(0), percent(ofProcessor), percent(ofClock), target].join(' | ')} |`;
const notes = [
  '| our code outside the network | processor, ms | share of processor time | share on the clock | target |',
  '|---|---|---|---|---|',
  row('of a step', ofStep, `≤ ${percent(ownShareTarget)}`),
  row('of the whole attack', ofAttack),
  '',
  ...Object.entries(comparison.processorSeconds).map(
    ([id, seconds]) => `Processor time of an attack, all threads, ${id}: ${seconds.toFixed(1)} s.`,
  ),
  ...Object.entries(comparison.margins).map(
    ([id, [clean, adversarial]]) =>
      `Margin in logits, ${id}: clean ${clean.toPrecision(3)}, adversarial ${adversarial.toPrecision(3)}.`,
  ),
];

const json = `${JSON.stringify(comparison, undefined, 2)}\n`;
if (values.out !== undefined) {
  await mkdir(dirname(values.out), { recursive: true });
  await writeFile(values.out, json);
}
process.stdout.write(values.json ? json : `${toMarkdown(comparison)}\n\n${notes.join('\n')}\n`);
const missed =
  ofStep.ofClock > ownShareTarget ||
  comparison.ratios.some(({ value, target }) => target !== undefined && value > target);
if (values.check && missed) process.exitCode = 1;
