/**
 * Tells what every attack of the table in `docs/reference/attacks.md` takes of a query on a demo victim: in the network, and
 * in our own code. See `README.md`.
 */
import { parseArgs } from 'node:util';
import { msanetAttack } from '@msanet/attack-msanet';
import { baselines } from '@msanet/baselines';
import {
  argmax,
  clipBatch,
  createFrom,
  misclassification,
  runAttack,
  type ClipBatch,
  type Token,
  type VictimModel,
} from '@msanet/core';
import { demoClasses, renderDemoClip } from '@msanet/demo-actions';
import { graphRuntimeToken } from '@msanet/onnx';
import { createOrtRuntime } from '@msanet/runtime-ort';
import { tdnDemoVictim } from '@msanet/victim-tdn';
import { tsmDemoVictim } from '@msanet/victim-tsm';
import { centerCrop, resizeShortSide, toFloat } from '@msanet/video';
import {
  entriesOf,
  resultParts,
  resultVictims,
  type ResultEntry,
} from '../tools/src/attack-results/experiment.js';
import { median } from './comparison.js';
import { SessionClock, between, elapsed } from './session-clock.js';

const { values } = parseArgs({
  options: {
    victim: { type: 'string', default: 'tdn-demo' },
    attacks: { type: 'string' },
    clips: { type: 'string', default: '2' },
    threads: { type: 'string', default: '1' },
  },
});

const clock = new SessionClock();
const runtime = clock.watch(await createOrtRuntime({ threads: Number(values.threads) }));
const dependencies = {
  get: <T>(token: Token<T>): T => {
    if (token !== graphRuntimeToken) throw new Error(`nobody brings ${String(token)}`);
    return runtime as T;
  },
};
const plugin = [tsmDemoVictim, tdnDemoVictim].find(({ id }) => id === values.victim);
const described = resultVictims.find(({ id }) => id === values.victim);
if (plugin === undefined || described === undefined) {
  throw new Error(`--victim takes ${resultVictims.map(({ id }) => id).join(', ')}`);
}
const victim = await createFrom(plugin, dependencies, {});
const wanted = values.attacks?.split(',');
// The perturbations of universal attacks lie in files, and adding one is no work.
const entries = resultParts
  .filter((part) => part !== 'universal')
  .flatMap((part) => entriesOf(part, described))
  .filter(({ name }) => wanted === undefined || wanted.includes(name));
const clips = Array.from({ length: Number(values.clips) }, (_, index) => demoClip(victim, index));

process.stdout.write(`${values.victim}, ${values.threads} thread(s); milliseconds per query\n\n`);
process.stdout.write('| attack | queries | network | our own code | seconds a clip |\n');
process.stdout.write('|---|---|---|---|---|\n');
for (const entry of entries) {
  // The first clip warms up where there are several.
  const all = [];
  for (const clip of clips) all.push(await attackOnce(entry, clip));
  const counted = all.length > 1 ? all.slice(1) : all;
  const of = (value: (measured: Measured) => number) => median(counted.map(value));
  const cells = [
    of(({ queries }) => queries).toFixed(0),
    of(({ inside, queries }) => (1000 * inside) / queries).toFixed(1),
    of(({ total, inside, queries }) => (1000 * (total - inside)) / queries).toFixed(1),
    of(({ total }) => total).toFixed(2),
  ];
  process.stdout.write(`| ${entry.name} | ${cells.join(' | ')} |\n`);
}
await victim.dispose();

/** What one attack took, in seconds on the clock. */
interface Measured {
  readonly queries: number;
  readonly total: number;
  readonly inside: number;
}

async function attackOnce(entry: ResultEntry, clips: ClipBatch): Promise<Measured> {
  const found = [msanetAttack, ...baselines].find(({ id }) => id === entry.attack);
  if (found === undefined) throw new Error(`no attack ${entry.attack}`);
  const attack = await createFrom(found, dependencies, entry.options ?? {});
  const label = argmax((await victim.predict(clips)).data);
  const [start, inside] = [elapsed(), clock.inside];
  const { clips: outcomes } = await runAttack({
    attack,
    victim,
    clips,
    criteria: [misclassification(label)],
    budget: entry.budget ?? { norm: 'linf', epsilon: 8 / 255 },
    seed: 0,
    ...(entry.queryLimit === undefined ? {} : { queryLimit: entry.queryLimit }),
  });
  const { forward, gradient } = outcomes[0].queries;
  return {
    queries: Math.max(1, forward + gradient),
    total: between(start, elapsed()).seconds,
    inside: between(inside, clock.inside).seconds,
  };
}

/** A clip of demo-actions at the size of the victim. */
function demoClip({ input }: VictimModel, index: number): ClipBatch {
  const className = demoClasses[index % demoClasses.length].name;
  const video = renderDemoClip({ seed: 0, className, group: 1, clip: 1 });
  const small = centerCrop(resizeShortSide(video, input.height), input);
  const length = input.frames * 3 * input.height * input.width;
  const { data } = toFloat(small);
  return clipBatch(data.slice(0, length), [1, input.frames, 3, input.height, input.width]);
}
