import {
  argmax,
  clipAt,
  createFrom,
  logitsOf,
  misclassification,
  runAttack,
  type AttackOutcome,
  type Dependencies,
} from '@msanet/core';
import { graphRuntimeToken } from '@msanet/onnx';
import { ReferenceRuntime } from '@msanet/runtime-reference';
import { createOrtRuntime } from '@msanet/runtime-ort';
import { describeAttack, randomClips, smoothVictim } from '@msanet/testkit';
import { describe, expect, it } from 'vitest';
import { msanetAttack } from '../src/index.js';

const runtime = await createOrtRuntime({ threads: 1 });
const dependencies = dependenciesWith(runtime);

function dependenciesWith(graphRuntime: unknown): Dependencies {
  return {
    get<T>(token: symbol): T {
      if (token !== graphRuntimeToken) throw new TypeError(`nobody provides ${String(token)}`);
      return graphRuntime as T;
    },
  };
}

describeAttack({
  name: 'msanet',
  create: () => createFrom(msanetAttack, dependencies, { steps: 12 }),
});

describeAttack({
  name: 'msanet without attention',
  create: () => createFrom(msanetAttack, dependencies, { steps: 12, attention: false }),
});

const size = { frames: 4, height: 16, width: 14 };
const clips = randomClips(3, size, 8);

async function attack(
  options: object,
  epsilon = 24 / 255,
  using = dependencies,
): Promise<AttackOutcome> {
  const victim = smoothVictim({ classes: 5, size });
  const logits = await victim.predict(clips);
  const criteria = [0, 1, 2].map((clip) => misclassification(argmax(logitsOf(logits, clip))));
  const attack = await createFrom(msanetAttack, using, options);
  try {
    return await runAttack({
      attack,
      victim,
      clips,
      criteria,
      budget: { norm: 'linf', epsilon },
      seed: 4,
    });
  } finally {
    await attack.dispose?.();
  }
}

function totalChange({ clean, adversarial }: AttackOutcome): number {
  let sum = 0;
  for (let clip = 0; clip < 3; clip++) {
    const before = clipAt(clean, clip);
    clipAt(adversarial, clip).forEach((value, index) => {
      sum += Math.abs(value - before[index]);
    });
  }
  return sum;
}

describe('MSANet', () => {
  it.each([
    [{}],
    [{ granularity: 'coarse' }],
    [{ granularity: 'fine' }],
    [{ axes: 'spatial' }],
    [{ axes: 'temporal' }],
    [{ attention: false }],
    [{ alternate: false }],
    [{ smoothness: false }],
    [{ motion: false }],
    [{ saliency: false }],
    [{ direction: 'sign' }],
  ])('succeeds in the variant %j', async (options) => {
    const { clips: outcomes } = await attack({ steps: 30, ...options });
    expect(outcomes.map(({ success }) => success)).toEqual([true, true, true]);
  });

  it('asks once a step, and never more than it may', async () => {
    const { clips: outcomes } = await attack({ steps: 9, patience: 9 });
    for (const { queries } of outcomes) expect(queries).toEqual({ forward: 0, gradient: 9 });
  });

  it('finds a smaller perturbation the longer it may look', async () => {
    const short = totalChange(await attack({ steps: 6 }));
    const long = totalChange(await attack({ steps: 60, patience: 60 }));
    expect(long).toBeLessThan(short);
  });

  it('shows its mask and every head, in [0, 1]', async () => {
    const { clips: outcomes } = await attack({ steps: 12 });
    for (const { pictures } of outcomes) {
      expect([...pictures.keys()]).toEqual([
        'mask',
        'temporal-select',
        'spatial-select',
        'temporal-enhance',
        'spatial-enhance',
      ]);
      for (const { shape, data } of pictures.values()) {
        expect(shape).toEqual([4, 1, 16, 14]);
        expect(data.every((value) => value >= 0 && value <= 1)).toBe(true);
      }
      const mask = pictures.get('mask')?.data ?? new Float32Array();
      expect(Math.max(...mask)).toBeCloseTo(1, 5);
    }
  });

  it('does the same on the reference runtime, to rounding', async () => {
    const reference = dependenciesWith(new ReferenceRuntime());
    const one = await attack({ steps: 5 });
    const other = await attack({ steps: 5 }, 24 / 255, reference);
    const apart = one.adversarial.data.filter(
      (value, index) => Math.abs(value - other.adversarial.data[index]) > 1.5 / 255,
    );
    expect(apart.length / one.adversarial.data.length).toBeLessThan(0.001);
    expect(one.clips.map(({ success }) => success)).toEqual(
      other.clips.map(({ success }) => success),
    );
  });
});
