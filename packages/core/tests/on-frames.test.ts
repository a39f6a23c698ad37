import { describe, expect, it } from 'vitest';
import {
  clipAt,
  clipBatch,
  emptyClips,
  onFrames,
  type ClipBatch,
  type VictimModel,
} from '@msanet/core';
import { Random } from '@msanet/tensor';
import { refusal } from './refusal.js';
import { size, toyVictim } from './toy-victim.js';

const frameLength = 3 * size.height * size.width;
const long = { ...size, frames: 5 };

/** Longer clips of random values. */
function longClips(batch: number, seed: number): ClipBatch {
  const clips = emptyClips(batch, long);
  new Random(seed).fillUniform(clips.data);
  return clips;
}

/** The frames at those indices, one by one. */
function gathered(clips: ClipBatch, indices: readonly number[]): ClipBatch {
  const chosen = emptyClips(clips.shape[0], size);
  for (let clip = 0; clip < clips.shape[0]; clip++) {
    indices.forEach((from, to) => {
      const frame = clipAt(clips, clip).subarray(from * frameLength, (from + 1) * frameLength);
      clipAt(chosen, clip).set(frame, to * frameLength);
    });
  }
  return chosen;
}

describe('a victim on frames of a longer clip', () => {
  it.each([[[1, 3]], [[4, 0]], [[2, 2]]])('%j: sees its own frames', async (indices) => {
    const clips = longClips(2, 1);
    const victim = onFrames(toyVictim(), indices, 5);
    const own = await toyVictim().predict(gathered(clips, indices));
    expect((await victim.predict(clips)).data).toEqual(own.data);
    expect(victim.input).toEqual(long);
  });

  it.each([[[1, 3]], [[4, 0]], [[2, 2]]])(
    '%j: scatters gradients by the transpose of the gathering',
    async (indices) => {
      const clips = longClips(2, 2);
      const loss = { kind: 'margin', labels: [0, 1] } as const;
      const answer = await onFrames(toyVictim(), indices, 5).lossGradient(clips, loss);
      const own = await toyVictim().lossGradient(gathered(clips, indices), loss);
      expect(answer.loss).toEqual(own.loss);
      expect(answer.logits).toEqual(own.logits);
      expect(answer.gradient.shape).toEqual(clips.shape);
      // ⟨gather(d), g⟩ = ⟨d, scatter(g)⟩ for any direction d.
      const direction = longClips(2, 3);
      const dot = (a: Float32Array, b: Float32Array): number =>
        a.reduce((sum, value, index) => sum + value * b[index], 0);
      expect(dot(direction.data, answer.gradient.data)).toBeCloseTo(
        dot(gathered(direction, indices).data, own.gradient.data),
        4,
      );
      const untouched = [0, 1, 2, 3, 4].filter((frame) => !indices.includes(frame));
      for (const frame of untouched) {
        const values = clipAt(answer.gradient, 1).subarray(
          frame * frameLength,
          (frame + 1) * frameLength,
        );
        expect(values.every((value) => value === 0)).toBe(true);
      }
    },
  );

  it('copies nothing where the victim sees every frame in order, and only there', async () => {
    const clips = emptyClips(2, size);
    new Random(4).fillUniform(clips.data);
    const loss = { kind: 'margin', labels: [0, 1] } as const;
    const asked: ClipBatch[] = [];
    const toy = toyVictim();
    const watched: VictimModel = {
      ...toy,
      lossGradient: (given, about) => (asked.push(given), toy.lossGradient(given, about)),
    };
    const { gradient } = await toy.lossGradient(clips, loss);
    const inOrder = await onFrames(watched, [0, 1], 2).lossGradient(clips, loss);
    expect(asked[0].data).toBe(clips.data);
    expect(inOrder.gradient.data).toEqual(gradient.data);
    await onFrames(watched, [1, 0], 2).lossGradient(clips, loss);
    expect(asked[1].data).toEqual(gathered(clips, [1, 0]).data);
  });

  it('samples one frame per frame of its input, also from a shorter video', () => {
    const { sampling } = onFrames(toyVictim(), [1, 3], 5);
    expect(sampling.indices(9)).toEqual([0, 1, 2, 3, 4]);
    expect(sampling.indices(3)).toEqual([0, 1, 2, 2, 2]);
  });

  it('checks the longer clip, not its own frames alone', async () => {
    const victim = onFrames(toyVictim(), [1, 3], 5);
    const clips = longClips(1, 4);
    clips.data[0] = NaN;
    expect((await refusal(() => victim.predict(clips))).code).toBe('CLIP_INVALID');
    const short = clipBatch(new Float32Array(2 * frameLength), [1, 2, 3, 2, 3]);
    expect((await refusal(() => victim.predict(short))).code).toBe('CLIP_INVALID');
  });

  it.each([[[1]], [[0, 5]], [[0, -1]], [[0, 1.5]], [[0, 1, 2]]])(
    'refuses indices %j',
    async (indices) => {
      const error = await refusal(() => onFrames(toyVictim(), indices, 5));
      expect(error.code).toBe('SHAPE_MISMATCH');
      expect(error.message).toContain('2 frame indices from 0 to 4');
    },
  );

  it('passes on what the victim is, and its end', async () => {
    let disposed = 0;
    const victim: VictimModel = toyVictim({
      dispose: async () => {
        disposed += 1;
      },
    });
    const longer = onFrames(victim, [0, 1], 5);
    expect(longer).toMatchObject({ id: victim.id, labels: victim.labels });
    expect(longer.supports).toBe(victim.supports);
    await longer.dispose();
    expect(disposed).toBe(1);
  });
});
