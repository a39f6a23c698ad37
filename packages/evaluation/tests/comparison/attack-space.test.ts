import { Random } from '@msanet/tensor';
import { linearVictim, randomClips } from '@msanet/testkit';
import { describe, expect, it } from 'vitest';
import { attackSpace, commonPicture, matchClasses } from '../../src/index.js';
import { inSpace } from '../../src/comparison/attack-space.js';
import { JobGrid, jobSeed } from '../../src/comparison/job-grid.js';
import { targetOf, targetRule } from '../../src/comparison/target-class.js';

const sampler = (indices: (count: number) => number[]) => ({
  sampling: { description: '', indices },
});

describe('the attack space', () => {
  it('is the union of the sampled frames, and tells each victim where its own are', () => {
    const every = sampler(() => [0, 4, 8]);
    const dense = sampler(() => [4, 5, 5, 3]);
    const space = attackSpace([every, dense], 10);
    expect(space.frames).toEqual([0, 3, 4, 5, 8]);
    expect(space.positions).toEqual([
      [0, 2, 4],
      [2, 3, 3, 1],
    ]);
  });

  it('keeps every victim to its own frames of any video', () => {
    const random = new Random(4);
    for (let round = 0; round < 50; round++) {
      const count = 1 + random.integer(40);
      const draw = Array.from({ length: 3 }, () =>
        Array.from({ length: 1 + random.integer(8) }, () => random.integer(count)),
      );
      const { frames, positions } = attackSpace(
        draw.map((indices) => sampler(() => indices)),
        count,
      );
      expect(frames).toEqual([...new Set(draw.flat())].sort((a, b) => a - b));
      draw.forEach((indices, victim) => {
        expect(positions[victim].map((position) => frames[position])).toEqual(indices);
      });
    }
  });

  it('gives every victim the gradient and the logits of its own frames', async () => {
    const size = { frames: 2, height: 3, width: 3 };
    const victim = linearVictim({ classes: 3, size, seed: 1 });
    const other = sampler(() => [1]);
    const space = attackSpace([{ ...sampler(() => [2, 0]) }, other], 3);
    const [seen] = inSpace([victim, victim].slice(0, 1), {
      ...space,
      positions: space.positions.slice(0, 1),
    });
    const clips = randomClips(1, { ...size, frames: 3 }, 8);
    const area = 27;
    const own = randomClips(1, size, 0);
    own.data.set(clips.data.subarray(2 * area, 3 * area), 0);
    own.data.set(clips.data.subarray(0, area), area);
    expect((await seen.predict(clips)).data).toEqual((await victim.predict(own)).data);
    const loss = { kind: 'cross-entropy', labels: [0] } as const;
    const gradient = (await seen.lossGradient(clips, loss)).gradient.data;
    const direct = (await victim.lossGradient(own, loss)).gradient.data;
    expect(gradient.subarray(0, area)).toEqual(direct.subarray(area));
    expect(gradient.subarray(area, 2 * area).every((value) => value === 0)).toBe(true);
    expect(gradient.subarray(2 * area)).toEqual(direct.subarray(0, area));
  });

  it('needs one size of picture', () => {
    const model = (height: number, shortSide: number) => ({
      input: { frames: 8, height, width: height },
      geometry: { shortSide },
    });
    expect(
      commonPicture([
        { name: 'a', model: model(224, 256) },
        {
          name: 'b',
          model: { ...model(224, 256), input: { frames: 40, height: 224, width: 224 } },
        },
      ]),
    ).toEqual({ geometry: { shortSide: 256 }, height: 224, width: 224 });
    const differing = [
      { name: 'a', model: model(224, 256) },
      { name: 'b', model: model(256, 256) },
    ];
    expect(() => commonPicture(differing)).toThrow(
      'victims a and b: expected one size of picture for all victims, 224×224 from a short side of 256, got 256×256',
    );
    differing[1].model = model(224, 224);
    expect(() => commonPicture(differing)).toThrow(/COMPARISON|224×224 from a short side of 224/);
  });
});

describe('classes', () => {
  it('are matched by name, whatever the writing', () => {
    const { indices, note } = matchClasses(
      ['ApplyEyeMakeup', 'brush_hair', 'Walk Left'],
      ['walk-left', 'applyEyeMakeup', 'x', 'Brush Hair'],
      'v',
    );
    expect(indices).toEqual([1, 3, 0]);
    expect(note).toBeUndefined();
  });

  it('are matched by position where no name fits, and that is said', () => {
    const { indices, note } = matchClasses(['run', 'jump'], ['class-0', 'class-1'], 'v');
    expect(indices).toEqual([0, 1]);
    expect(note).toContain('matched by position');
  });

  it('that a victim lacks are refused', () => {
    expect(() => matchClasses(['run', 'jump'], ['run', 'sit'], 'v')).toThrow(/none for jump/);
    expect(() => matchClasses(['run'], ['class-0', 'class-1'], 'v')).toThrow(
      expect.objectContaining({ code: 'COMPARISON_INVALID' }),
    );
  });
});

describe('jobs', () => {
  it('have one place each', () => {
    const grid = new JobGrid({ clips: 3, victims: 2, attacks: 4, seeds: 2 });
    const seen = new Set<string>();
    for (let place = 0; place < grid.jobs; place++) {
      const job = grid.at(place);
      expect(grid.indexOf(job)).toBe(place);
      seen.add(JSON.stringify(job));
    }
    expect(seen.size).toBe(48);
  });

  it('have seeds that depend on every name and on nothing else', () => {
    const job = { seed: 0, victim: 'tsm', attack: 'pgd', clip: 'a/b' };
    const seeds = [
      job,
      { ...job, seed: 1 },
      { ...job, victim: 'tdn' },
      { ...job, attack: 'fgsm' },
      { ...job, clip: 'a/c' },
      { ...job, victim: 'tsmpgd', attack: '' },
    ].map(jobSeed);
    expect(new Set(seeds).size).toBe(6);
    for (const seed of seeds) expect(Number.isSafeInteger(seed) && seed >= 0).toBe(true);
    // FNV-1a of the text [0,"tsm","pgd","a/b"], its lower 53 bits; records could not be repeated if it changed.
    expect(jobSeed(job)).toBe(7936341018821740);
  });

  it('have targets that are never the own class, and random ones from every other', () => {
    const classes = ['a', 'b', 'c', 'd'];
    expect(targetRule('C', classes)).toEqual({ kind: 'class', label: 2 });
    expect(targetRule('3', classes)).toEqual({ kind: 'class', label: 3 });
    expect(() => targetRule('4', classes)).toThrow(/an index from 0 to 3/);
    expect(targetOf({ kind: 'class', label: 1 }, { id: 'x', label: 1 }, 0, 4)).toBeUndefined();
    const seen = new Set<number>();
    for (let index = 0; index < 60; index++) {
      const clip = { id: `clip ${index}`, label: 2 };
      const target = targetOf({ kind: 'random' }, clip, 0, 4) ?? 2;
      expect(target).toBe(targetOf({ kind: 'random' }, clip, 0, 4));
      seen.add(target);
    }
    expect([...seen].sort()).toEqual([0, 1, 3]);
  });
});
