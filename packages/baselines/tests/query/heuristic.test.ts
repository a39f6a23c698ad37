import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { clipBatch, misclassification } from '@msanet/core';
import { Random, writeNpy } from '@msanet/tensor';
import { linearVictim, randomClips, recording } from '@msanet/testkit';
import { heuristic } from '@msanet/baselines';
import { BoundarySearch, normalize } from '../../src/query/boundary-search.js';
import type { QueryPart, QuerySubject } from '../../src/query/query-search.js';
import { attackWith, ownLabels } from '../raw-result.js';

const size = { frames: 3, height: 4, width: 4 };
const length = 144;
/** Two classes: the boundary is a hyperplane. */
const victim = linearVictim({ classes: 2, size, seed: 101 });
const clips = clipBatch(
  randomClips(1, size, 102).data.map((value) => Math.fround((90 + Math.round(75 * value)) / 255)),
  [1, 3, 3, 4, 4],
);
const folder = mkdtempSync(join(tmpdir(), 'msanet-heuristic-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** w and m with margin(p) = ⟨w, p − x⟩ + m for the clip x and its own label. */
async function hyperplane() {
  const [{ label }] = await ownLabels(victim, clips);
  const logits = (await victim.predict(clips)).data;
  const slope = Float64Array.from(
    { length },
    (_, at) => victim.weights[(1 - label) * length + at] - victim.weights[label * length + at],
  );
  return { label, slope, margin: logits[1 - label] - logits[label] };
}

describe('the search of the boundary', () => {
  const direction = Float32Array.from({ length }, (_, at) => Math.sin(at));
  normalize(direction, 'l2');
  const subject: QuerySubject = {
    clean: clips.data,
    criterion: misclassification(0),
    budget: { norm: 'l2', epsilon: 1 },
    size,
    random: new Random(1),
  };

  /** Runs a part of a search where clips beyond `edge` along the direction are adversarial. */
  function run<T>(part: QueryPart<T>, edge: number): { result: T; queries: number } {
    let step = part.next();
    let queries = 0;
    while (!step.done) {
      const { clip } = step.value;
      const distance = direction.reduce(
        (sum, value, at) => sum + value * (clip[at] - clips.data[at]),
        0,
      );
      queries += 1;
      const adversarial = distance >= edge;
      step = part.next({ logits: new Float32Array(2), adversarial, margin: adversarial ? 1 : -1 });
    }
    return { result: step.value, queries };
  }

  it('finds it to the tolerance', () => {
    const search = new BoundarySearch(subject, 0.001);
    for (const edge of [0.02, 0.3, 0.9]) {
      const { result, queries } = run(search.between(direction, 0, 1), edge);
      expect(result).toBeGreaterThanOrEqual(edge - 1e-6);
      expect(result).toBeLessThan(edge * 1.0011 + 1e-6);
      expect(queries).toBeLessThan(18);
    }
  });

  it('asks once where the boundary is not below, and looks a tenth above where asked', () => {
    const search = new BoundarySearch(subject, 0.001);
    expect(run(search.below(direction, 0.5), 0.6)).toEqual({ result: undefined, queries: 1 });
    expect(run(search.below(direction, 0.5), 0.45).result).toBeCloseTo(0.45, 3);
    expect(run(search.near(direction, 0.5), 0.53).result).toBeCloseTo(0.53, 3);
    expect(run(search.near(direction, 0.5), 0.7).result).toBeUndefined();
  });
});

describe('heuristic on a linear victim', () => {
  it('comes from random directions to within a third of the distance of the hyperplane', async () => {
    const { slope, margin } = await hyperplane();
    const least = -margin / Math.hypot(...slope);
    const run = (maxQueries: number, reach: number) =>
      attackWith(
        heuristic,
        { salientShare: 1, keyFrames: false, maxQueries },
        { victim, clips, budget: { norm: 'l2', epsilon: reach * least } },
      );
    const start = await run(250, 3);
    expect(start.clips[0].success).toBe(false);
    const end = await run(4000, 1.33);
    expect(end.clips[0].success).toBe(true);
    expect(end.clips[0].queries.forward).toBeLessThan(3000);
  });

  it('changes only salient pixels of key frames', async () => {
    const { slope, margin } = await hyperplane();
    const outcome = await attackWith(
      heuristic,
      { salientShare: 0.5, maxQueries: 3000 },
      { victim, clips, budget: { norm: 'l2', epsilon: (6 * -margin) / Math.hypot(...slope) } },
    );
    const changed = outcome.raw.data.map((value, at) => (value === clips.data[at] ? 0 : 1));
    expect(outcome.clips[0].success).toBe(true);
    for (let frame = 0; frame < 3; frame++) {
      const pixels = Array.from({ length: 16 }, (_, pixel) =>
        [0, 1, 2].some((channel) => changed[frame * 48 + channel * 16 + pixel] === 1),
      );
      expect(pixels.filter(Boolean).length).toBeLessThanOrEqual(8);
    }
  });

  it('starts from a file where one is given, and gives up where it is not adversarial', async () => {
    const { label, slope } = await hyperplane();
    const save = (name: string, side: number): string => {
      const data = Float32Array.from(clips.data, (_, at) => (side * slope[at] > 0 ? 1 : 0));
      const path = join(folder, name);
      writeFileSync(path, writeNpy({ dtype: 'float32', shape: [3, 3, 4, 4], data }));
      return path;
    };
    const request = { clips, budget: { norm: 'l2', epsilon: 0.001 } } as const;
    const common = { salientShare: 1, maxQueries: 30 };
    const recorded = recording(victim);
    const good = await attackWith(
      heuristic,
      { ...common, startFile: save('other.npy', 1) },
      { ...request, victim: recorded },
    );
    const first = recorded.questions[2].clips.data;
    expect(first.every((value, at) => Math.abs(value - (slope[at] > 0 ? 1 : 0)) < 1e-6)).toBe(true);
    expect(good.clips[0].queries.forward).toBe(30);
    const bad = await attackWith(
      heuristic,
      { ...common, startFile: save('same.npy', -1) },
      { ...request, victim },
    );
    expect(bad.clips[0].queries.forward).toBe(1);
    expect(bad.clips[0].criterion.label).toBe(label);
    expect(bad.raw.data).toEqual(clips.data);
  });
});
