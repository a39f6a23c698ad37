import { describe, expect, it } from 'vitest';
import { checkClips, type LossGradient, type VictimModel } from '@msanet/core';
import { lossAtLogits, queryOnly, randomClips, smoothVictim, victimLaws } from '@msanet/testkit';
import type { VictimSubject } from '@msanet/testkit';

const size = { frames: 2, height: 3, width: 4 };
const sound = smoothVictim({ classes: 4, size, seed: 1 });

/** A victim that is sound but for what is given. */
function broken(fault: Partial<VictimModel>): VictimModel {
  return { ...smoothVictim({ classes: 4, size, seed: 1 }), ...fault };
}

/** A victim whose gradient answers are tampered with. */
function tampered(change: (answer: LossGradient) => LossGradient): VictimModel {
  return broken({
    lossGradient: async (clips, loss) => change(await sound.lossGradient(clips, loss)),
  });
}

function scaleGradient(answer: LossGradient, factor: (index: number) => number): LossGradient {
  const data = answer.gradient.data.map((value, index) => value * factor(index));
  return { ...answer, gradient: { ...answer.gradient, data } };
}

function subject(victim: VictimModel, create: () => VictimModel = () => victim): VictimSubject {
  return {
    victim,
    create,
    clips: randomClips(2, size, 1),
    losses: ['cross-entropy', 'margin', 'targeted-dlr'],
    tolerance: { value: 1e-5, gradient: 1e-2 },
    seed: 1,
  };
}

const frameValues = 3 * size.height * size.width;
let calls = 0;
const reused = new Float32Array(8);

const faults: [keyof typeof victimLaws, string, VictimModel, RegExp][] = [
  [
    'saysWhatItIs',
    'two classes of one name',
    broken({ labels: ['run', 'run', 'walk', 'jump'] }),
    /same label/,
  ],
  ['saysWhatItIs', 'no short side', broken({ geometry: { shortSide: 0 } }), /shortSide/],
  [
    'samplesFramesThatExist',
    'a frame beyond the end',
    broken({ sampling: { description: 'first', indices: () => [0, 1] } }),
    /frame 1 of 1/,
  ],
  [
    'samplesFramesThatExist',
    'too few frames',
    broken({ sampling: { description: 'one', indices: () => [0] } }),
    /picks 2 frames/,
  ],
  [
    'answersWithOneRowPerClip',
    'one row for all clips',
    broken({
      predict: async () => ({ dtype: 'float32', shape: [1, 4], data: new Float32Array(4) }),
    }),
    /shape \(2, 4\)/,
  ],
  [
    'answersWithOneRowPerClip',
    'NaN',
    broken({
      predict: async () => ({
        dtype: 'float32',
        shape: [2, 4],
        data: new Float32Array(8).fill(NaN),
      }),
    }),
    /numbers/,
  ],
  [
    'looksAtTheClip',
    'constant logits',
    broken({
      predict: async () => ({ dtype: 'float32', shape: [2, 4], data: new Float32Array(8) }),
    }),
    /different logits/,
  ],
  [
    'repeatsItself',
    'a drifting answer',
    broken({
      async predict(clips) {
        const logits = await sound.predict(clips);
        logits.data[0] += calls += 1;
        return logits;
      },
    }),
    /same logits/,
  ],
  [
    'treatsClipsOneByOne',
    'logits that depend on the neighbour',
    broken({
      async predict(clips) {
        const logits = await sound.predict(clips);
        logits.data[0] += clips.shape[0];
        return logits;
      },
    }),
    /in a batch/,
  ],
  [
    'treatsClipsOneByOne',
    'the gradient of the mean loss',
    broken({
      async lossGradient(clips, loss) {
        const answer = await sound.lossGradient(clips, loss);
        return scaleGradient(answer, () => 1 / clips.shape[0]);
      },
    }),
    /gradient of cross-entropy/,
  ],
  [
    'sharesNoMemory',
    'one buffer for all answers',
    broken({
      async predict(clips) {
        const logits = await sound.predict(clips);
        reused.set(logits.data);
        return { ...logits, data: reused };
      },
    }),
    /earlier logits/,
  ],
  [
    'sharesNoMemory',
    'normalising the clips in place',
    broken({
      async predict(clips) {
        const logits = await sound.predict(clips);
        clips.data.fill(0);
        return logits;
      },
    }),
    /only read/,
  ],
  [
    'evaluatesTheLossOfItsLogits',
    'the loss with the other sign',
    tampered((answer) => ({ ...answer, loss: answer.loss.map((value) => -value) })),
    /its formula/,
  ],
  [
    'evaluatesTheLossOfItsLogits',
    'a margin that is never capped',
    broken({
      async lossGradient(clips, loss) {
        const answer = await sound.lossGradient(clips, loss);
        if (loss.kind !== 'margin') return answer;
        const { labels } = loss;
        const losses = answer.loss.map((_, row) => {
          const scores = answer.logits.data.subarray(row * 4, row * 4 + 4);
          return lossAtLogits(scores, { kind: 'margin', labels }, row).loss;
        });
        return { ...answer, loss: losses };
      },
    }),
    /loss margin/,
  ],
  [
    'givesTheSlopeOfTheLoss',
    'a gradient of half the length',
    tampered((answer) => scaleGradient(answer, () => 0.5)),
    /along its gradient over all values/,
  ],
  [
    'givesTheSlopeOfTheLoss',
    'a gradient of zeros',
    tampered((answer) => scaleGradient(answer, () => 0)),
    /no gradient over all values/,
  ],
  [
    'givesTheSlopeOfTheLoss',
    'no gradient at the second frame',
    tampered((answer) => scaleGradient(answer, (index) => (index < frameValues ? 1 : 0))),
    /no gradient over the second half/,
  ],
  [
    'givesTheSlopeOfTheLoss',
    'the normalisation of one channel forgotten',
    tampered((answer) =>
      scaleGradient(answer, (index) =>
        Math.floor(index / (size.height * size.width)) % 3 === 1 ? 0.9 : 1,
      ),
    ),
    /channel 1|all values/,
  ],
  [
    'givesTheSlopeOfTheLoss',
    'no gradient at the border of the frames',
    tampered((answer) => scaleGradient(answer, (index) => (index % size.width === 0 ? 0 : 1))),
    /along value/,
  ],
  [
    'refusesGradientsItDoesNotHave',
    'gradients that it does not declare',
    broken({ supports: { inputGradient: false, deterministic: true } }),
    /refused with CAPABILITY_MISSING/,
  ],
  [
    'refusesBadClips',
    'no check at all',
    broken({ predict: async () => sound.predict(randomClips(2, size, 1)) }),
    /NaN is refused/,
  ],
  [
    'refusesBadClips',
    'no check of the range',
    broken({
      async predict(clips) {
        checkClips({ ...clips, data: clips.data.map((v) => (v === 255 ? 1 : v)) }, size, 'victim');
        return sound.predict(randomClips(2, size, 1));
      },
    }),
    /0 … 255/,
  ],
  [
    'refusesBadClips',
    'a bare exception',
    broken({
      async predict() {
        throw new TypeError('cannot read properties of undefined');
      },
    }),
    /not with TypeError/,
  ],
  [
    'refusesBadLosses',
    'labels that wrap around',
    broken({
      lossGradient: async (clips) =>
        sound.lossGradient(clips, { kind: 'cross-entropy', labels: [0, 0] }),
    }),
    /is refused with OPTION_INVALID or LABEL_UNKNOWN/,
  ],
];

describe('a sound victim', () => {
  it.each(Object.entries(victimLaws))('keeps %s', async (_, law) => {
    const create = (): VictimModel => smoothVictim({ classes: 4, size, seed: 1 });
    await law(subject(create(), create));
    await law(subject(queryOnly(create()), () => queryOnly(create())));
  });
});

describe('a broken victim', () => {
  it.each(faults)('breaks %s: %s', async (law, _, victim, sentence) => {
    await expect(victimLaws[law](subject(victim))).rejects.toThrow(sentence);
  });

  it('breaks staysDisposed: it works on', async () => {
    const create = (): VictimModel => broken({ dispose: async () => undefined });
    await expect(victimLaws.staysDisposed(subject(create(), create))).rejects.toThrow(/DISPOSED/);
  });

  it('has every law but staysDisposed among the faults above', () => {
    const covered = new Set(faults.map(([law]) => law));
    const laws = Object.keys(victimLaws).filter((law) => law !== 'staysDisposed');
    expect([...covered].sort()).toEqual(laws.sort());
  });
});

describe('the slope of DLR', () => {
  it('is held to a label for which there is one: while the label ranks third, the loss is 1', async () => {
    for (let seed = 1; seed <= 20; seed++) {
      const victim = smoothVictim({ classes: 3, size, seed });
      await victimLaws.givesTheSlopeOfTheLoss({
        ...subject(victim),
        clips: randomClips(1, size, seed),
        losses: ['dlr'],
        seed,
      });
    }
  });
});
