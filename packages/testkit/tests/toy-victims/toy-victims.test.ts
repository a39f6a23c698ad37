import { describe, expect, it } from 'vitest';
import { clipBatch, type VictimModel } from '@msanet/core';
import {
  describeVictimModel,
  linearVictim,
  lossAtLogits,
  queryOnly,
  randomClips,
  recording,
  smoothVictim,
} from '@msanet/testkit';

const size = { frames: 2, height: 3, width: 4 };
const tolerance = { gradient: 1e-3 };

describeVictimModel({
  name: 'the linear toy victim',
  create: () => linearVictim({ classes: 5, size, seed: 1 }),
  tolerance,
});
describeVictimModel({
  name: 'the smooth toy victim',
  create: () => smoothVictim({ classes: 4, size, seed: 2 }),
  tolerance,
});
describeVictimModel({
  name: 'the smooth toy victim of two classes',
  create: () => smoothVictim({ classes: 2, size, seed: 3 }),
  tolerance,
});
describeVictimModel({
  name: 'the query-only toy victim',
  create: () => queryOnly(linearVictim({ classes: 3, size, seed: 4 })),
});

describe('the smooth toy victim', () => {
  it('has the logits of its formula', async () => {
    const one = { frames: 1, height: 1, width: 1 };
    const weights = {
      input: [1, 2, 3, -1, 0, 2],
      inputBias: [0.1, -0.2],
      output: [2, -1, 0.5, 4],
      outputBias: [0.3, -0.4],
    };
    const victim = smoothVictim({ classes: 2, size: one, weights });
    const logits = await victim.predict(clipBatch(Float32Array.of(0.5, 1, 0.25), [1, 1, 3, 1, 1]));
    const first = Math.tanh(1 * 0 + 2 * 0.5 + 3 * -0.25 + 0.1);
    const second = Math.tanh(-1 * 0 + 0 * 0.5 + 2 * -0.25 - 0.2);
    expect(logits.data[0]).toBeCloseTo(Math.log(1 + Math.exp(2 * first - second + 0.3)), 6);
    expect(logits.data[1]).toBeCloseTo(Math.log(1 + Math.exp(0.5 * first + 4 * second - 0.4)), 6);
  });

  it('has the gradient of its loss in every value', async () => {
    const victim = smoothVictim({ classes: 4, size, seed: 5 });
    const clips = randomClips(1, size, 6);
    const inner = clipBatch(
      clips.data.map((value) => 0.1 + 0.8 * value),
      clips.shape,
    );
    const loss = { kind: 'cross-entropy', labels: [2] } as const;
    const { gradient } = await victim.lossGradient(inner, loss);
    const lossAt = async (index: number, value: number): Promise<number> => {
      const logits = await victim.predict(clipBatch(inner.data.with(index, value), inner.shape));
      return lossAtLogits(logits.data, loss, 0).loss;
    };
    for (let index = 0; index < inner.data.length; index++) {
      const value = inner.data[index];
      const slope =
        ((await lossAt(index, value + 0.05)) - (await lossAt(index, value - 0.05))) / 0.1;
      expect(Math.abs(slope - gradient.data[index]), `value ${index}`).toBeLessThan(2e-3);
    }
  });
});

describe('recording', () => {
  it('lists every question in order, with copies of its clips', async () => {
    const victim: VictimModel = linearVictim({ classes: 3, size, seed: 1 });
    const seen: string[] = [];
    const recorded = recording(victim, ({ kind }) => seen.push(kind));
    const clips = randomClips(2, size, 1);
    await recorded.predict(clips);
    await recorded.lossGradient(clips, { kind: 'margin', labels: [0, 1] });
    expect(recorded.questions.map(({ kind }) => kind)).toEqual(['forward', 'gradient']);
    expect(seen).toEqual(['forward', 'gradient']);
    clips.data.fill(0);
    expect(recorded.questions[0].clips.data).toEqual(randomClips(2, size, 1).data);
    await recorded.dispose();
    await expect(victim.predict(clips)).rejects.toMatchObject({ code: 'DISPOSED' });
  });
});
