import { describe, expect, it } from 'vitest';
import {
  clipAt,
  clipBatch,
  clipSize,
  createFrom,
  type AttackPlugin,
  type Budget,
  type ClipBatch,
  type Criterion,
} from '@msanet/core';
import { linearVictim, maxAbsError, randomClips, recording, smoothVictim } from '@msanet/testkit';
import {
  bim,
  deepsava,
  flickering,
  frameSaliency,
  miFgsm,
  motionBlur,
  oneFrame,
  sparse,
  temporalTranslation,
  u3d,
} from '@msanet/baselines';
import { frameSaliency as saliencyOf } from '../../src/video/frame-choice.js';
import { noDependencies } from '../no-dependencies.js';
import { attackWith, ownLabels, type RawOutcome } from '../raw-result.js';

const size = { frames: 4, height: 5, width: 6 };
const victim = smoothVictim({ classes: 5, size, seed: 31 });
const clips = randomClips(3, size, 32);
const linf: Budget = { norm: 'linf', epsilon: 16 / 255 };
type Options = Record<string, unknown>;

const run = (
  plugin: AttackPlugin,
  options: Options,
  budget: Budget = linf,
  criteria?: Criterion[],
): Promise<RawOutcome> =>
  attackWith(plugin, options, {
    victim,
    clips,
    budget,
    ...(criteria === undefined ? {} : { criteria }),
  });

/** The frames of one clip that differ from the clean ones. */
function changedFrames(result: ClipBatch, clip: number): number[] {
  const { frames, height, width } = clipSize(result);
  const length = 3 * height * width;
  const [values, clean] = [clipAt(result, clip), clipAt(clips, clip)];
  return Array.from({ length: frames }, (_, frame) => frame).filter((frame) =>
    values
      .subarray(frame * length, (frame + 1) * length)
      .some((value, index) => value !== clean[frame * length + index]),
  );
}

const each = [0, 1, 2];

describe('only chosen frames change', () => {
  it.each<[AttackPlugin, Options, number[]]>([
    [sparse, { frameCount: 2 }, [0, 1]],
    [sparse, {}, [0]],
    [sparse, { frameCount: 2, mask: 'even' }, [1, 3]],
    [oneFrame, { choice: 'fixed', index: 2 }, [2]],
    [deepsava, { choice: 'first', frameCount: 3 }, [0, 1, 2]],
  ])('by $id with %j', async (plugin, options, frames) => {
    const { raw } = await run(plugin, options);
    for (const clip of each) expect(changedFrames(raw, clip)).toEqual(frames);
  });

  it.each<[AttackPlugin, Options]>([
    [sparse, { mask: 'saliency' }],
    [oneFrame, {}],
    [deepsava, {}],
  ])('by $id with %j: the one with the largest mean gradient', async (plugin, options) => {
    const { raw } = await run(plugin, options);
    const salient = await mostSalientFrames();
    for (const clip of each) expect(changedFrames(raw, clip)).toEqual([salient[clip][0]]);
  });

  it.each<[AttackPlugin, Options, number]>([
    [sparse, {}, 2],
    [sparse, { frameCount: 3 }, 2],
    [deepsava, { frameCount: 3 }, 2],
    [oneFrame, { choice: 'sweep' }, 1],
  ])('by $id with %j, no more than the budget has', async (plugin, options, most) => {
    const { raw } = await run(plugin, options, { norm: 'frames', frames: 2, epsilon: 0.1 });
    for (const clip of each) expect(changedFrames(raw, clip).length).toBe(most);
  });
});

/** Frames of each clip, from the most to the least salient. */
async function mostSalientFrames(): Promise<number[][]> {
  const labels = (await ownLabels(victim, clips)).map(({ label }) => label);
  const { gradient } = await victim.lossGradient(clips, { kind: 'cross-entropy', labels });
  return each.map((clip) => {
    const saliency = saliencyOf(clipAt(gradient, clip), size);
    return [...saliency.keys()].sort((a, b) => saliency[b] - saliency[a]);
  });
}

describe('one-frame', () => {
  it('sweeps every frame, the most salient first, and is at least as good as any single one', async () => {
    const weak: Budget = { norm: 'linf', epsilon: 4 / 255 };
    const sweep = await run(oneFrame, { choice: 'sweep', steps: 5 }, weak);
    for (let index = 0; index < size.frames; index++) {
      const single = await run(oneFrame, { choice: 'fixed', index, steps: 5 }, weak);
      each.forEach((clip) => {
        if (sweep.clips[clip].success) return;
        expect(sweep.clips[clip].margin).toBeGreaterThanOrEqual(single.clips[clip].margin - 1e-6);
      });
    }
    for (const { success, queries } of sweep.clips) {
      // The first step of all frames is one query.
      if (!success) expect(queries).toEqual({ forward: 4, gradient: 1 + 4 * 4 });
    }
  });

  it('refuses a frame that there is not', async () => {
    await expect(run(oneFrame, { choice: 'fixed', index: 4 })).rejects.toThrow(
      /option index: expected a frame from 0 to 3, got 4/,
    );
  });
});

describe('frame-saliency', () => {
  it.each([false, true])('changes frames in the order of saliency, refresh %s', async (refresh) => {
    const recorded = recording(victim);
    const { raw } = await attackWith(
      frameSaliency,
      { refresh, steps: 4 },
      { victim: recorded, clips, budget: { norm: 'linf', epsilon: 3 / 255 } },
    );
    const salient = await mostSalientFrames();
    const counts = each.map((clip) => {
      const changed = changedFrames(raw, clip);
      // With refresh, only the first frame is ranked on the clean clip.
      const known = refresh ? 1 : changed.length;
      expect(changed).toEqual(expect.arrayContaining(salient[clip].slice(0, known)));
      return changed.length;
    });
    expect(Math.max(...counts)).toBeGreaterThan(1);
  });

  it.each([false, true])('changes as few as it takes, refresh %s', async (refresh) => {
    const wide = await run(frameSaliency, { refresh }, { norm: 'linf', epsilon: 0.3 });
    const narrow = await run(frameSaliency, { refresh }, { norm: 'linf', epsilon: 6 / 255 });
    for (const clip of each) {
      expect(wide.clips[clip].success).toBe(true);
      expect(changedFrames(wide.adversarial, clip).length).toBeLessThan(size.frames);
      if (!narrow.clips[clip].success) continue;
      expect(changedFrames(wide.adversarial, clip).length).toBeLessThanOrEqual(
        changedFrames(narrow.adversarial, clip).length,
      );
    }
  });
});

describe('flickering', () => {
  it('adds one colour per frame, up to clamping', async () => {
    const { raw } = await run(flickering, { steps: 20, stepSize: 0.004, rounded: false });
    const area = size.height * size.width;
    for (const clip of each) {
      const [values, clean] = [clipAt(raw, clip), clipAt(clips, clip)];
      const offsets: number[] = [];
      for (let plane = 0; plane < values.length; plane += area) {
        const inner = Array.from({ length: area }, (_, index) => plane + index).filter(
          (index) => values[index] > 0 && values[index] < 1,
        );
        const changes = inner.map((index) => values[index] - clean[index]);
        expect(Math.max(...changes) - Math.min(...changes)).toBeLessThan(1e-6);
        offsets.push(changes[0]);
      }
      expect(Math.max(...offsets.map(Math.abs))).toBeGreaterThan(0.003);
    }
  });

  it('is smoother over time with more weight on roughness', async () => {
    const roughness = async (weight: number): Promise<number> => {
      const { raw } = await run(flickering, {
        ...{ steps: 30, stepSize: 0.004, rounded: false, loss: 'cross-entropy' },
        ...{ thickness: 0, roughness: weight },
      });
      const length = clipAt(raw, 0).length / size.frames;
      const { data } = raw;
      let sum = 0;
      for (let index = 0; index < data.length; index++) {
        const next = index + length < data.length ? index + length : index;
        sum += Math.abs(data[next] - clips.data[next] - (data[index] - clips.data[index]));
      }
      return sum;
    };
    expect(await roughness(300)).toBeLessThan(0.8 * (await roughness(0)));
  });
});

describe('temporal translation', () => {
  const common = { steps: 5, stepSize: 4 / 255 };

  it.each<[string, Options, [AttackPlugin, Options]]>([
    ['BIM without shifts', { reach: 0 }, [bim, { earlyStop: false }]],
    [
      'MI-FGSM by frames without shifts',
      { reach: 0, decay: 1 },
      [miFgsm, { normalization: 'frame' }],
    ],
  ])('is %s', async (_, options, [other, otherOptions]) => {
    const is = await run(temporalTranslation, { ...common, ...options });
    const ought = await run(other, { ...common, ...otherOptions });
    expect(is.raw.data).toEqual(ought.raw.data);
    expect(is.clips.map(({ queries }) => queries)).toEqual(
      ought.clips.map(({ queries }) => queries),
    );
  });

  it.each(['gaussian', 'linear', 'uniform'])(
    'asks about rolled clips and steps along the %s mean of gradients rolled back',
    async (kernel) => {
      // Away from the edges of the range, so that a step in l2 is the normalised mean itself.
      const inner = clipBatch(
        clips.data.map((value) => Math.fround(Math.round(75 + 105 * value) / 255)),
        clips.shape,
      );
      const recorded = recording(victim);
      const { raw } = await attackWith(
        temporalTranslation,
        { kernel, reach: 3, steps: 1, stepSize: 0.5 },
        { victim: recorded, clips: inner, budget: { norm: 'l2', epsilon: 0.5 } },
      );
      const labels = (await ownLabels(victim, inner)).map(({ label }) => label);
      const weight = (shift: number): number =>
        kernel === 'gaussian'
          ? Math.exp(-(shift ** 2) / 2)
          : kernel === 'linear'
            ? 1 - Math.abs(shift) / 4
            : 1;
      const sum = new Float64Array(clips.data.length);
      for (let shift = -3; shift <= 3; shift++) {
        const { gradient } = await victim.lossGradient(roll(inner, shift), {
          kind: 'cross-entropy',
          labels,
        });
        roll(gradient, -shift).data.forEach((value, index) => {
          sum[index] += weight(shift) * value;
        });
      }
      const { length } = clipAt(inner, 0);
      for (const clip of each) {
        const slope = sum.subarray(clip * length, (clip + 1) * length);
        const scale = 0.5 / Math.hypot(...slope);
        const expected = clipAt(inner, clip).map((value, index) => value + scale * slope[index]);
        expect(maxAbsError(clipAt(raw, clip), expected)).toBeLessThan(1e-6);
      }
      // Shifts that are the same in a clip of four frames are asked about once.
      const gradients = recorded.questions.filter(({ kind }) => kind === 'gradient');
      expect(gradients.length).toBe(4);
    },
  );

  it('has nothing to roll in a clip of one frame', async () => {
    const single = { frames: 1, height: 4, width: 4 };
    const one = smoothVictim({ classes: 3, size: single, seed: 5 });
    const pictures = randomClips(2, single, 6);
    const ask = (plugin: AttackPlugin, options: Options): Promise<RawOutcome> =>
      attackWith(plugin, { ...common, ...options }, { victim: one, clips: pictures, budget: linf });
    const rolled = await ask(temporalTranslation, {});
    const plain = await ask(bim, { earlyStop: false });
    expect(maxAbsError(rolled.raw.data, plain.raw.data)).toBeLessThan(1e-6);
    expect(rolled.clips[0].queries).toEqual({ forward: 0, gradient: 5 });
  });
});

/** Every clip rolled by so many frames. */
function roll(batch: ClipBatch, shift: number): ClipBatch {
  const { frames, height, width } = clipSize(batch);
  const length = 3 * height * width;
  const data = new Float32Array(batch.data.length);
  for (let frame = 0; frame < batch.data.length / length; frame++) {
    const clip = Math.floor(frame / frames);
    const to = clip * frames + (((frame % frames) + shift + 2 * frames) % frames);
    data.set(batch.data.subarray(frame * length, (frame + 1) * length), to * length);
  }
  return clipBatch(data, batch.shape);
}

describe('motion blur', () => {
  it('leaves the first frame, and moves others towards frames before them', async () => {
    const { raw } = await run(motionBlur, { reach: 1, earlyStop: false });
    const length = 3 * size.height * size.width;
    for (const clip of each) {
      const [values, clean] = [clipAt(raw, clip), clipAt(clips, clip)];
      expect(changedFrames(raw, clip)).toEqual([1, 2, 3]);
      for (let index = length; index < values.length; index++) {
        const step = values[index] - clean[index];
        const towards = clean[index - length] - clean[index];
        expect(step * towards).toBeGreaterThanOrEqual(0);
      }
    }
  });

  it('asks for as many gradients as its rounds have, and none for a single frame', async () => {
    const weak: Budget = { norm: 'linf', epsilon: 1 / 255 };
    const { clips: outcomes } = await run(motionBlur, { frameSteps: 4, steps: 3 }, weak);
    for (const { success, queries } of outcomes) {
      if (!success) expect(queries).toEqual({ forward: 0, gradient: 4 * (3 + 1) });
    }
    expect(outcomes.some(({ success }) => !success)).toBe(true);
    const single = { frames: 1, height: 4, width: 4 };
    const outcome = await attackWith(
      motionBlur,
      {},
      {
        victim: smoothVictim({ classes: 3, size: single, seed: 5 }),
        clips: randomClips(2, single, 6),
        budget: linf,
      },
    );
    expect(outcome.clips[0].queries).toEqual({ forward: 0, gradient: 0 });
  });
});

describe('u3d', () => {
  it('is the same in every channel and clip, and uses the budget up', async () => {
    const grey = clipBatch(new Float32Array(clips.data.length).fill(102 / 255), clips.shape);
    const criteria = await ownLabels(victim, grey);
    const attack = await createFrom(u3d, noDependencies, { wavelengthX: 3.3, wavelengthY: 5.1 });
    expect(attack.requires.inputGradient).toBe(false);
    const { raw } = await attackWith(
      u3d,
      { wavelengthX: 3.3, wavelengthY: 5.1, wavelengthT: 2.7, octaves: 3, period: 4 },
      { victim, clips: grey, budget: linf, criteria },
    );
    const area = size.height * size.width;
    const first = clipAt(raw, 0);
    for (const clip of each) expect(clipAt(raw, clip)).toEqual(first);
    for (let frame = 0; frame < size.frames; frame++) {
      const planes = [0, 1, 2].map((channel) =>
        first.subarray((3 * frame + channel) * area, (3 * frame + channel + 1) * area),
      );
      expect(planes[1]).toEqual(planes[0]);
      expect(planes[2]).toEqual(planes[0]);
    }
    const changes = first.map((value) => value - 102 / 255);
    expect(Math.max(...changes)).toBeGreaterThan(0.95 * linf.epsilon);
    expect(Math.min(...changes)).toBeLessThan(-0.95 * linf.epsilon);
  });
});

it('flickering on a linear victim that colour decides moves every frame by ε along the sign of its sums', async () => {
  const linear = linearVictim({ classes: 2, size, seed: 40 });
  const grey = clipBatch(new Float32Array(360).fill(128 / 255), [1, 4, 3, 5, 6]);
  const [{ label }] = await ownLabels(linear, grey);
  const { raw } = await attackWith(
    flickering,
    { loss: 'logit-margin', weight: 0, steps: 60, stepSize: 0.002, rounded: false, margin: 0.9 },
    { victim: linear, clips: grey, budget: { norm: 'linf', epsilon: 2 / 255 } },
  );
  const area = size.height * size.width;
  const other = 1 - label;
  for (let plane = 0; plane < 12; plane++) {
    let sum = 0;
    for (let index = plane * area; index < (plane + 1) * area; index++) {
      sum += linear.weights[other * 360 + index] - linear.weights[label * 360 + index];
    }
    expect(raw.data[plane * area] - 128 / 255).toBeCloseTo((Math.sign(sum) * 2) / 255, 5);
  }
});
