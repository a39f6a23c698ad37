import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import {
  clipAt,
  clipBatch,
  createFrom,
  selectClips,
  type Attack,
  type Budget,
  type ClipBatch,
  type Criterion,
  type VictimModel,
} from '@msanet/core';
import { Random, writeNpy, type Tensor } from '@msanet/tensor';
import {
  describeAttack,
  linearVictim,
  maxAbsError,
  queryOnly,
  randomClips,
  smoothVictim,
} from '@msanet/testkit';
import {
  fitUniversal,
  flickeringUniversal,
  perturbation,
  u3d,
  u3dUniversal,
  universalAttacks,
  universalPgd,
  type TrainingClip,
  type UniversalFit,
} from '@msanet/baselines';
import { particleSwarm } from '../../src/universal/particle-swarm.js';
import { noDependencies } from '../no-dependencies.js';
import { attackWith, ownLabels } from '../raw-result.js';

const folder = mkdtempSync(join(tmpdir(), 'msanet-universal-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function save(name: string, value: Tensor): string {
  const path = join(folder, name);
  writeFileSync(path, writeNpy(value));
  return path;
}

const size = { frames: 3, height: 4, width: 5 };
const victim = smoothVictim({ classes: 4, size, seed: 51 });
const clips = randomClips(12, size, 52);
const linf: Budget = { norm: 'linf', epsilon: 16 / 255 };

/** Clips of a batch, one by one, away from what the victim takes them for. */
async function trainingList(model: VictimModel, batch: ClipBatch): Promise<TrainingClip[]> {
  const criteria = await ownLabels(model, batch);
  return criteria.map((criterion, index) => ({ clip: selectClips(batch, [index]), criterion }));
}

async function fit(
  attack: (typeof universalAttacks)[number],
  options: Record<string, unknown>,
  budget: Budget = linf,
  more: { signal?: AbortSignal } = {},
): Promise<UniversalFit> {
  const list = await trainingList(victim, clips);
  const request = { victim, clips: list, count: list.length, budget, seed: 1, ...more };
  return fitUniversal(attack, request, options);
}

/** Mean margin of clips with the same perturbation. */
async function meanMargin(batch: ClipBatch, { perturbation: added }: UniversalFit, budget = linf) {
  const outcome = await attackWith(
    perturbation,
    { file: save('mean.npy', added) },
    { victim, clips: batch, budget },
  );
  return outcome.clips.reduce((sum, { margin }) => sum + margin, 0) / outcome.clips.length;
}

const nothing: UniversalFit = {
  perturbation: { dtype: 'float32', shape: [3, 3, 4, 5], data: new Float32Array(180) },
  queries: { forward: 0, gradient: 0 },
  aborted: false,
};

describeAttack({
  name: 'perturbation',
  create: (): Promise<Attack> => {
    const data = new Random(2).fillUniform(new Float32Array(180), -0.1, 0.1);
    const file = save('laws.npy', { dtype: 'float32', shape: [3, 3, 4, 5], data });
    return createFrom(perturbation, noDependencies, { file });
  },
});

describe('perturbation', () => {
  it('adds what the file holds, inside the budget and the range', async () => {
    const data = Float64Array.from({ length: 180 }, (_, index) => (index % 3 === 0 ? 0.5 : -0.02));
    const file = save('added.npy', { dtype: 'float64', shape: [3, 3, 4, 5], data });
    const { raw } = await attackWith(perturbation, { file }, { victim, clips, budget: linf });
    for (let clip = 0; clip < 12; clip++) {
      const expected = clipAt(clips, clip).map((value, index) =>
        Math.min(1, Math.max(0, value + (index % 3 === 0 ? 16 / 255 : -0.02))),
      );
      expect(maxAbsError(clipAt(raw, clip), expected)).toBeLessThan(1e-6);
    }
  });

  it('refuses files that hold no perturbation, or one of another size', async () => {
    const create = (file: string): Promise<Attack> =>
      createFrom(perturbation, noDependencies, { file });
    await expect(create(join(folder, 'none.npy'))).rejects.toMatchObject({
      code: 'FILE_NOT_FOUND',
    });
    const bytes = save('bytes.npy', {
      dtype: 'uint8',
      shape: [3, 3, 4, 5],
      data: new Uint8Array(180),
    });
    await expect(create(bytes)).rejects.toThrow(/expected float32 or float64 values, got uint8/);
    const flat = save('flat.npy', {
      dtype: 'float32',
      shape: [180],
      data: new Float32Array(180),
    });
    await expect(create(flat)).rejects.toThrow(/expected shape \(frames, 3, height, width\)/);
    const holes = save('holes.npy', {
      dtype: 'float32',
      shape: [3, 3, 4, 5],
      data: new Float32Array(180).fill(NaN),
    });
    await expect(create(holes)).rejects.toThrow(/expected finite values/);
    const small = save('small.npy', {
      dtype: 'float32',
      shape: [3, 3, 4, 4],
      data: new Float32Array(144),
    });
    const run = attackWith(perturbation, { file: small }, { victim, clips, budget: linf });
    await expect(run).rejects.toMatchObject({ code: 'SHAPE_MISMATCH' });
    await expect(createFrom(perturbation, noDependencies, {})).rejects.toThrow(/option file/);
  });
});

describe('universal-pgd', () => {
  it('on a linear victim ends at ε along the signs of the weights that decide', async () => {
    const linear = linearVictim({ classes: 2, size, seed: 53 });
    const grey = clipBatch(
      randomClips(6, size, 54).data.map((value) => Math.fround(Math.round(80 + 90 * value) / 255)),
      [6, 3, 3, 4, 5],
    );
    const label = 1;
    const list = [...Array(6).keys()].map((index) => ({
      clip: selectClips(grey, [index]),
      criterion: { kind: 'misclassification', label } satisfies Criterion,
    }));
    const request = { victim: linear, clips: list, count: 6, budget: linf, seed: 1 };
    const { perturbation: added, queries } = await fitUniversal(universalPgd, request, {
      epochs: 8,
      batch: 4,
    });
    const expected = Float64Array.from(
      { length: 180 },
      (_, index) => linf.epsilon * Math.sign(linear.weights[index] - linear.weights[180 + index]),
    );
    expect(maxAbsError(added.data, expected)).toBeLessThan(1e-7);
    expect(queries).toEqual({ forward: 0, gradient: 6 * 8 });
    const round = await fitUniversal(
      universalPgd,
      { ...request, budget: { norm: 'l2', epsilon: 0.7 } },
      { epochs: 8, batch: 4 },
    );
    const length = Math.hypot(...expected);
    const direction = Array.from(
      { length: 180 },
      (_, index) => linear.weights[index] - linear.weights[180 + index],
    );
    const scale = 0.7 / Math.hypot(...direction);
    expect(length).toBeGreaterThan(0);
    expect(
      maxAbsError(
        round.perturbation.data,
        direction.map((value) => scale * value),
      ),
    ).toBeLessThan(1e-4);
  });

  it('harms clips that it was not fitted on, too', async () => {
    const fitted = await fit(universalPgd, { epochs: 5, batch: 4 });
    const held = randomClips(8, size, 77);
    const [before, after] = [await meanMargin(held, nothing), await meanMargin(held, fitted)];
    expect(after).toBeGreaterThan(before + 0.1);
  });

  it('passes over clips whose loss is above the cap', async () => {
    const { perturbation: added } = await fit(universalPgd, { cap: 1e-6 });
    expect(maxAbsError(added.data, new Float32Array(180))).toBe(0);
  });

  it('pursues targets', async () => {
    const list = (await trainingList(victim, clips)).map(({ clip, criterion }) => ({
      clip,
      criterion: { kind: 'targeted', label: criterion.label, target: 2 } satisfies Criterion,
    }));
    const request = { victim, clips: list, count: 12, budget: linf, seed: 1 };
    const { perturbation: added } = await fitUniversal(universalPgd, request, { epochs: 8 });
    const rise = async (batch: ClipBatch): Promise<number> => {
      const moved = batch.data.map((value, index) =>
        Math.min(1, Math.max(0, value + added.data[index % 180])),
      );
      const before = (await victim.predict(batch)).data;
      const after = (await victim.predict(clipBatch(moved, batch.shape))).data;
      return after.reduce((sum, z, index) => sum + (index % 4 === 2 ? z - before[index] : 0), 0);
    };
    expect(await rise(clips)).toBeGreaterThan(1);
  });
});

describe('flickering-universal', () => {
  it('is one colour per frame inside the budget, and does harm', async () => {
    const options = { epochs: 15, batch: 4, stepSize: 0.004, weight: 0.1 };
    const fitted = await fit(flickeringUniversal, options);
    const { data, shape } = fitted.perturbation;
    expect(shape).toEqual([3, 3, 4, 5]);
    for (let plane = 0; plane < 9; plane++) {
      const values = data.subarray(plane * 20, (plane + 1) * 20);
      expect(values).toEqual(new Float32Array(20).fill(values[0]));
      expect(Math.abs(values[0])).toBeLessThanOrEqual(linf.epsilon + 1e-7);
    }
    expect(fitted.queries).toEqual({ forward: 0, gradient: 15 * 12 });
    expect(await meanMargin(clips, fitted)).toBeGreaterThan(await meanMargin(clips, nothing));
  });
});

describe('u3d-universal', () => {
  const options = { particles: 5, iterations: 4, shifted: false };

  it('finds parameters that do more harm than those it began with, and that u3d takes', async () => {
    const begun = await fit(u3dUniversal, { ...options, particles: 1, iterations: 0 });
    const fitted = await fit(u3dUniversal, options);
    expect(fitted.queries).toEqual({ forward: 5 * 5 * 12, gradient: 0 });
    expect(await meanMargin(clips, fitted)).toBeGreaterThan(await meanMargin(clips, begun));
    const file = save('u3d.npy', fitted.perturbation);
    const applied = await attackWith(perturbation, { file }, { victim, clips, budget: linf });
    const { pattern, ...parameters } = fitted.parameters ?? {};
    const made = await attackWith(u3d, { ...parameters, pattern }, { victim, clips, budget: linf });
    expect(made.adversarial.data).toEqual(applied.adversarial.data);
  });

  it('needs no gradients', async () => {
    const list = await trainingList(victim, clips);
    const request = { victim: queryOnly(victim), clips: list, count: 12, budget: linf, seed: 1 };
    const one = await fitUniversal(u3dUniversal, request, { particles: 1, iterations: 0 });
    expect(one.queries).toEqual({ forward: 12, gradient: 0 });
    await expect(fitUniversal(universalPgd, request)).rejects.toMatchObject({
      code: 'CAPABILITY_MISSING',
    });
  });
});

describe.each(universalAttacks.map((attack) => [attack.id, attack] as const))('%s', (_, attack) => {
  const few = attack === u3dUniversal ? { particles: 2, iterations: 1 } : { epochs: 2, batch: 5 };

  it('stays inside the budget and repeats itself', async () => {
    const [one, other] = [await fit(attack, few), await fit(attack, few)];
    expect(one.perturbation.data).toEqual(other.perturbation.data);
    expect(Math.max(...one.perturbation.data.map(Math.abs))).toBeLessThanOrEqual(
      linf.epsilon * (1 + 1e-6),
    );
    expect(one.aborted).toBe(false);
  });

  it('keeps what it has when it is interrupted', async () => {
    const controller = new AbortController();
    const list = await trainingList(victim, clips);
    async function* interrupted(): AsyncGenerator<TrainingClip> {
      for (const [index, each] of list.entries()) {
        if (index === 7) controller.abort();
        yield each;
      }
    }
    const {
      aborted,
      queries,
      perturbation: added,
    } = await fitUniversal(
      attack,
      {
        ...{ victim, count: 12, budget: linf, seed: 1, signal: controller.signal },
        clips: { [Symbol.asyncIterator]: interrupted },
      },
      few,
    );
    expect(aborted).toBe(true);
    expect(queries.forward + queries.gradient).toBe(7);
    expect(added.data.every(Number.isFinite)).toBe(true);
  });

  it('refuses budgets and options that it does not know', async () => {
    await expect(fit(attack, {}, { norm: 'l0', pixels: 3 })).rejects.toMatchObject({
      code: 'CAPABILITY_MISSING',
    });
    await expect(fit(attack, { unknown: 1 })).rejects.toThrow(/expected only the options/);
  });

  it('counts its steps', async () => {
    const list = await trainingList(victim, clips);
    const steps: number[] = [];
    await fitUniversal(
      attack,
      {
        ...{ victim, clips: list, count: 12, budget: linf, seed: 1 },
        onStep: ({ step, steps: all, loss }) => {
          expect(all).toBe(attack === u3dUniversal ? 4 : 6);
          expect(Number.isFinite(loss)).toBe(true);
          steps.push(step);
        },
      },
      few,
    );
    expect(steps).toEqual(Array.from({ length: steps.length }, (_step, index) => index + 1));
    expect(steps.length).toBe(attack === u3dUniversal ? 4 : 6);
  });
});

describe('a particle swarm', () => {
  const bounds = [
    [0, 1],
    [-2, 2],
  ] as const;

  it('finds the highest place of a hill inside its bounds, and on their edge', async () => {
    const swarm = { particles: 20, iterations: 60, inertia: 0.7, cognitive: 1.5, social: 1.5 };
    for (const top of [
      [0.3, -1.2],
      [1, 2],
    ]) {
      const best = await particleSwarm(
        bounds,
        async ([x, y]) => -((x - top[0]) ** 2) - (y - top[1]) ** 2,
        new Random(4),
        swarm,
      );
      expect(maxAbsError(best?.place ?? [], top)).toBeLessThan(0.01);
    }
  });

  it('never leaves its bounds, even with the inertia of U3D, and ends when it is told', async () => {
    const swarm = { particles: 4, iterations: 30, inertia: 1.2, cognitive: 2, social: 2 };
    let asked = 0;
    await particleSwarm(
      bounds,
      async ([x, y]) => {
        asked += 1;
        expect(x >= 0 && x <= 1 && y >= -2 && y <= 2).toBe(true);
        return asked === 50 ? undefined : x * y;
      },
      new Random(5),
      swarm,
    );
    expect(asked).toBe(50);
  });
});
