import { describe, expect, it } from 'vitest';
import { planClip } from '../../src/clip/plan-clip.js';
import { renderFrames } from '../../src/clip/render-clip.js';
import { demoClasses, renderDemoClip } from '../../src/index.js';

const id = { seed: 3, className: 'SitDown', group: 2, clip: 1 };

describe('renderDemoClip', () => {
  it('gives the same pixels again, whatever was painted between', () => {
    const first = renderDemoClip(id);
    renderDemoClip({ ...id, seed: 4, className: 'WaveHand', group: 5 });
    const second = renderDemoClip(id);
    expect(second.shape).toEqual(first.shape);
    expect(Buffer.compare(first.data, second.data)).toBe(0);
  });

  it('shows another clip for every part of the name', () => {
    const first = renderFrames(id, () => [0]).data;
    for (const change of [{ seed: 4 }, { className: 'StandUp' }, { group: 3 }, { clip: 2 }]) {
      const other = renderFrames({ ...id, ...change }, () => [0]).data;
      expect(Buffer.compare(first, other), JSON.stringify(change)).not.toBe(0);
    }
  });

  it('begins with the frame that is painted alone', () => {
    const whole = renderDemoClip(id).data;
    const alone = renderFrames(id, () => [0]).data;
    expect(Buffer.compare(whole.subarray(0, alone.length), alone)).toBe(0);
  });

  it('paints a lively picture: neither flat nor clipped to black and white', () => {
    for (const [group, { name }] of [...demoClasses.entries()].slice(0, 6)) {
      const other = { seed: 0, className: name, group: group + 1, clip: 1 };
      const { data, shape } = renderFrames(other, (count) => {
        expect(count).toBeGreaterThanOrEqual(50);
        expect(count).toBeLessThanOrEqual(100);
        return [0, count - 1];
      });
      expect(shape).toEqual([2, 3, 240, 320]);
      const histogram = new Array<number>(256).fill(0);
      for (let index = 0; index < data.length; index += 101) histogram[data[index]] += 1;
      const count = histogram.reduce((sum, bin) => sum + bin, 0);
      expect((histogram[0] + histogram[255]) / count).toBeLessThan(0.1);
      expect(histogram.filter((bin) => bin > 0).length).toBeGreaterThan(120);
    }
  });
});

describe('planClip', () => {
  it('gives all classes the same people, clothes and scenes, so that only motion tells them apart', () => {
    for (const { name } of demoClasses) {
      const plan = planClip({ ...id, className: name });
      const first = planClip(id);
      expect(plan.person).toEqual(first.person);
      expect(plan.outfit).toEqual(first.outfit);
      expect(plan.materials).toEqual(first.materials);
      expect(plan.family).toBe(first.family);
      expect(plan.sceneRandom.uint32()).toBe(first.sceneRandom.uint32());
    }
  });

  it('keeps the person of a group in all its clips, in other clothes', () => {
    const [first, second] = [planClip(id), planClip({ ...id, clip: 2 })];
    expect(second.person).toEqual(first.person);
    expect(second.outfit).not.toEqual(first.outfit);
  });
});
