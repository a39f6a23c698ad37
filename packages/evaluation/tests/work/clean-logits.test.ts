import { describe, expect, it } from 'vitest';
import type { AttackRecord, CleanLogits, FromWorker, ToWorker } from '../../src/index.js';
import { serveWorker } from '../../src/index.js';
import { prepareToys, toyClasses, toyClips, toyExperiment } from '../support/toy-comparison.js';

/** A worker in this process: asks it, and says what its victim was asked by `predict`. */
function toyWorker(infinite = false) {
  const asked: Float32Array[] = [];
  let answer: (message: FromWorker) => void = () => undefined;
  let tell: (message: ToWorker) => void = () => undefined;
  serveWorker(
    { send: (message) => answer(message), onMessage: (listener) => (tell = listener) },
    async (setup) => {
      const { parts, ready } = await prepareToys(setup);
      const [victim] = parts.victims;
      const model = {
        ...victim.model,
        async predict(clips: Parameters<typeof victim.model.predict>[0]) {
          asked.push(clips.data.slice());
          const logits = await victim.model.predict(clips);
          if (infinite) logits.data[3] = -Infinity;
          return logits;
        },
      };
      return { parts: { ...parts, victims: [{ ...victim, model }] }, ready };
    },
  );
  const ask = (message: ToWorker): Promise<FromWorker> =>
    new Promise((resolve) => {
      answer = resolve;
      tell(message);
    });
  return { ask, asked };
}

const experiment = toyExperiment({ victims: ['early'] });
const setup = { kind: 'setup', setup: { experiment, classes: toyClasses, folder: '' } } as const;

async function attackIn(
  worker: ReturnType<typeof toyWorker>,
  cleanLogits: CleanLogits | null,
): Promise<AttackRecord> {
  const [clip] = await toyClips(1);
  const task = {
    kind: 'attack',
    clip,
    position: 9,
    victim: 0,
    attack: 0,
    seed: 0,
    target: null,
    cleanCorrect: [true],
    cleanLogits,
  } as const;
  const done = await worker.ask({ kind: 'task', task });
  if (done.kind !== 'done') throw new Error(JSON.stringify(done));
  return done.record as AttackRecord;
}

describe('what a victim said of a clean clip', () => {
  it('is told by the worker that examined it, and saves another one the question', async () => {
    const [clip] = await toyClips(1);
    const examining = toyWorker();
    await examining.ask(setup);
    const examined = await examining.ask({
      kind: 'task',
      task: { kind: 'examine', clip, position: 9 },
    });
    if (examined.kind !== 'done') throw new Error('not examined');
    expect(examining.asked).toHaveLength(1);
    const [clean] = examining.asked;

    const [told, untold] = [toyWorker(), toyWorker()];
    await told.ask(setup);
    await untold.ask(setup);
    const record = await attackIn(told, examined.cleanLogits ?? null);
    const asking = await attackIn(untold, null);
    const isClean = (clips: Float32Array): boolean =>
      clips.every((value, index) => value === clean[index]);
    expect(told.asked.filter(isClean)).toHaveLength(0);
    expect(untold.asked.filter(isClean)).toHaveLength(1);
    expect({ ...record, times: null }).toEqual({ ...asking, times: null });
  });

  it('is not told where a message would lose it', async () => {
    const [clip] = await toyClips(1);
    const worker = toyWorker(true);
    await worker.ask(setup);
    const examined = await worker.ask({
      kind: 'task',
      task: { kind: 'examine', clip, position: 9 },
    });
    expect(examined).toMatchObject({ kind: 'done' });
    expect(examined).not.toHaveProperty('cleanLogits');
  });
});
