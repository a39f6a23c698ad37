/**
 * Tells what `msanet compare` takes around PGD-10 on TSM- or TDN-ResNet-50: reading the clip, metrics, further questions
 * to the victim, records. See `README.md`.
 */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { pgd } from '@msanet/baselines';
import { createFrom, type Attack } from '@msanet/core';
import { demoActionsCache } from '@msanet/demo-actions';
import {
  commonPicture,
  measureAgainst,
  serveWorker,
  type AttackRecord,
  type CleanLogits,
  type ClipRecord,
  type Experiment,
  type FromWorker,
  type PanelParts,
  type ToWorker,
} from '@msanet/evaluation';
import { createOrtRuntime } from '@msanet/runtime-ort';
import { readDataset } from '@msanet/video';
import { compressClip } from '../apps/cli/src/work/comparison/compress-clip.js';
import { loadClip } from '../apps/cli/src/work/comparison/load-clip.js';
import { inTemporaryFolder, problemOf } from './problem.js';
import { SessionClock, between, elapsed, type Elapsed } from './session-clock.js';

const { values } = parseArgs({
  options: {
    network: { type: 'string', default: 'tsm' },
    clips: { type: 'string', default: '4' },
    threads: { type: 'string', default: String(availableParallelism()) },
    root: { type: 'string', default: demoActionsCache() },
    compression: { type: 'string', default: '' },
    json: { type: 'boolean', default: false },
    check: { type: 'boolean', default: false },
  },
});
const threads = Number(values.threads);
const rateFactors = values.compression === '' ? [] : values.compression.split(',').map(Number);
/** Most that the evaluation may take around an attack. */
const target = 0.05;
const problem = problemOf(values.network);
const clock = new SessionClock();
const victim = await problem.victim(clock.watch(await createOrtRuntime({ threads })));

const none: Elapsed = { seconds: 0, cpuSeconds: 0 };
const sum = (a: Elapsed, b: Elapsed): Elapsed => ({
  seconds: a.seconds + b.seconds,
  cpuSeconds: a.cpuSeconds + b.cpuSeconds,
});

/** Whether work counts: that on the first clip only warms up. */
let counting = false;

/** Times one kind of work: all of it, and what of it is spent in sessions. */
class Work {
  total = none;
  inside = none;
  runs = 0;

  async time<T>(work: () => T | Promise<T>): Promise<T> {
    const [start, inside, runs] = [elapsed(), clock.inside, clock.runs];
    const result = await work();
    if (!counting) return result;
    this.total = sum(this.total, between(start, elapsed()));
    this.inside = sum(this.inside, between(inside, clock.inside));
    this.runs += clock.runs - runs;
    return result;
  }
}

const attackWork = new Work();
const reading = new Work();
const compressing = new Work();
const metrics = new Work();
const tasks = new Work();

const experiment: Experiment = {
  victims: [{ name: 'victim', victim: values.network, options: {} }],
  attacks: [
    {
      name: 'pgd',
      attack: 'pgd',
      options: {},
      budget: { norm: 'linf', epsilon: 8 / 255 },
      queryLimit: null,
    },
  ],
  dataset: { id: 'demo-actions', root: values.root, split: 1, part: 'test', list: null },
  clips: { kind: 'all' },
  select: 'all',
  target: null,
  seeds: [0],
  compression: rateFactors,
  videos: 0,
  runtime: 'ort',
};
const { classes, clips } = await readDataset('demo-actions', { root: values.root, split: 1 });
const attack: Attack = await createFrom(
  pgd,
  { get: (): never => process.exit(1) },
  { steps: 10, earlyStop: false },
);
/** Where the classes of the data set are among the victim's: what it says of a clip is made its class. */
const places = classes.map(() => 0);
const picture = commonPicture([{ name: 'victim', model: victim }]);

const partsIn = (folder: string): PanelParts => ({
  experiment,
  classes,
  victims: [{ name: 'victim', model: victim, classes: places }],
  attacks: [
    {
      name: 'pgd',
      attack: {
        ...attack,
        perturb: (context) => attackWork.time(() => attack.perturb(context)),
      },
      budget: { norm: 'linf', epsilon: 8 / 255 },
      queryLimit: null,
    },
  ],
  load: ({ path }) => reading.time(() => loadClip(path, [victim], picture)),
  compress: (clip, factor, frameRate) =>
    compressing.time(() => compressClip(clip, factor, frameRate, `${folder}/clip.mp4`)),
  keepVideo: () => Promise.resolve(),
});

type Task = Extract<ToWorker, { readonly kind: 'task' }>['task'];
/** Asks the worker, which lives in this process. */
type Ask = (message: ToWorker) => Promise<FromWorker>;

function startWorker(parts: PanelParts): Ask {
  let answer: (message: FromWorker) => void = () => undefined;
  let tell: (message: ToWorker) => void = () => undefined;
  serveWorker(
    { send: (message) => answer(message), onMessage: (listener) => (tell = listener) },
    () => Promise.resolve({ parts, ready: { victims: [], classMaps: [places] } }),
  );
  return (message) =>
    new Promise((resolve) => {
      answer = resolve;
      tell(message);
    });
}

async function answerTo<R>(
  ask: Ask,
  task: Task,
): Promise<{ record: R; cleanLogits: CleanLogits | undefined }> {
  const answer = await tasks.time(() => ask({ kind: 'task', task }));
  if (answer.kind !== 'done') throw new Error(`a task failed: ${JSON.stringify(answer)}`);
  return { record: answer.record as R, cleanLogits: answer.cleanLogits };
}

await inTemporaryFolder(async (folder) => {
  const ask = startWorker(partsIn(folder));
  await ask({ kind: 'setup', setup: { experiment, classes, folder } });
  const measured = Number(values.clips);
  // Past those on which the victims are asked twice.
  const chosen = clips.slice(10, 11 + measured).map((clip, index) => ({
    clip: { ...clip, label: 0 },
    position: index + 10,
  }));
  const predictions: number[] = [];
  const cleanLogits: (CleanLogits | null)[] = [];
  /** Seconds of whole attacks: from the checks before to the judgement after. */
  let attacking = 0;
  // As in a comparison, all clips are examined before any is attacked.
  for (const [index, place] of chosen.entries()) {
    counting = index > 0;
    const { record, cleanLogits: known } = await answerTo<ClipRecord>(ask, {
      kind: 'examine',
      ...place,
    });
    cleanLogits.push(known ?? null);
    predictions.push(record.victims['victim'].prediction.index);
  }
  for (const [index, place] of chosen.entries()) {
    counting = index > 0;
    places[0] = predictions[index];
    const { record } = await answerTo<AttackRecord>(ask, {
      kind: 'attack',
      ...place,
      victim: 0,
      attack: 0,
      seed: 0,
      target: null,
      cleanCorrect: [true],
      cleanLogits: cleanLogits[index],
    });
    if (record.result?.queries.gradient !== 10) throw new Error('the attack took other steps');
    if (counting) attacking += record.times?.attack ?? 0;
    const { clips: clean } = await loadClip(place.clip.path, [victim], picture);
    const [, frames, , height, width] = clean.shape;
    // The metrics once more, alone: how much of the whole they are.
    await metrics.time(() =>
      measureAgainst({ data: clean.data, frames, height, width })(clean.data.slice()),
    );
  }
  const asked = between(attackWork.inside, tasks.inside);
  const passes = (tasks.runs - attackWork.runs) / measured;
  // One of the passes is the attack's own: the judgement of its result.
  const judging = asked.seconds / passes;
  /** What `runAttack` does itself, around the attack's idea: checks, rounding, counting. */
  const keeping = attacking - attackWork.total.seconds - judging;
  const around = {
    seconds: asked.seconds - judging,
    cpuSeconds: asked.cpuSeconds * (1 - 1 / passes),
  };
  const own = {
    seconds: tasks.total.seconds - attacking - around.seconds,
    cpuSeconds: tasks.total.cpuSeconds - attackWork.total.cpuSeconds - asked.cpuSeconds - keeping,
  };
  // What the attack would take of the clock alone, were its sessions' threads always busy.
  const attackQuiet =
    attackWork.total.cpuSeconds +
    keeping -
    attackWork.inside.cpuSeconds +
    (attackWork.inside.cpuSeconds + asked.cpuSeconds / passes) / threads;
  const rows: [string, number, number][] = [
    ['PGD-10, with the judgement of its result', attacking, attackQuiet],
    [
      `forward passes around it, ${passes - 1}: its first answer`,
      around.seconds,
      around.cpuSeconds / threads,
    ],
    ['own code around the attack', own.seconds, own.cpuSeconds],
    ['of it reading the clip', reading.total.seconds, reading.total.cpuSeconds],
    ['of it metrics', metrics.total.seconds, metrics.total.cpuSeconds],
    ['of it H.264', compressing.total.seconds, compressing.total.cpuSeconds],
  ];
  const result = {
    network: problem.name,
    threads,
    clips: measured,
    compression: rateFactors,
    target,
    rows: rows.map(([what, seconds, processor]) => ({
      what,
      secondsPerClip: seconds / measured,
      processorSecondsPerClip: processor / measured,
      ofAttackOnClock: seconds / attacking,
      ofAttackByProcessor: processor / attackQuiet,
    })),
  };
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
  const lines = [
    `${problem.name}, ${threads} threads, ${measured} clips; target of our own code ≤ ${percent(target)}`,
    '',
    '| per clip | seconds | processor s (sessions / threads) | of PGD-10, clock | of PGD-10, processor |',
    '|---|---|---|---|---|',
    ...result.rows.map(
      ({ what, secondsPerClip, processorSecondsPerClip, ofAttackOnClock, ofAttackByProcessor }) =>
        `| ${what} | ${secondsPerClip.toFixed(3)} | ${processorSecondsPerClip.toFixed(3)} | ${percent(ofAttackOnClock)} | ${percent(ofAttackByProcessor)} |`,
    ),
  ];
  process.stdout.write(
    values.json ? `${JSON.stringify(result, undefined, 2)}\n` : `${lines.join('\n')}\n`,
  );
  if (values.check && own.seconds > target * attacking) process.exitCode = 1;
});
await victim.dispose();
