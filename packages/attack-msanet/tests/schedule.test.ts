import { describe, expect, it } from 'vitest';
import { Schedule } from '../src/schedule.js';

const options = { tighten: 0.8, relax: 1.25, limit: 2 };

describe('Schedule', () => {
  it('starts with the whole perturbation under the whole mask', () => {
    const schedule = new Schedule(options);
    expect(schedule.scale).toBe(1);
    expect(schedule.maskStrength).toBe(1);
  });

  it('applies less after a success and more after a failure', () => {
    const schedule = new Schedule(options);
    schedule.update(true);
    expect(schedule.scale).toBeCloseTo(0.8);
    schedule.update(false);
    expect(schedule.scale).toBeCloseTo(1);
    schedule.update(false);
    expect(schedule.scale).toBe(1);
    expect(schedule.maskStrength).toBeCloseTo(0.75);
  });

  it('ends as plain PGD when it keeps failing', () => {
    const schedule = new Schedule(options);
    for (let step = 0; step < 100; step++) schedule.update(false);
    expect(schedule.scale).toBe(1);
    expect(schedule.maskStrength).toBe(0);
  });

  it('never applies more than the perturbation without an attention', () => {
    const schedule = new Schedule({ ...options, limit: 1 });
    for (let step = 0; step < 100; step++) schedule.update(false);
    expect(schedule.scale).toBe(1);
    expect(schedule.maskStrength).toBe(1);
  });

  it('keeps the multiplier where a few answers can undo a long run', () => {
    const schedule = new Schedule(options);
    for (let step = 0; step < 1000; step++) schedule.update(true);
    expect(schedule.multiplier).toBeGreaterThan(0);
    expect(schedule.scale).toBeGreaterThan(0);
    for (let step = 0; step < 40; step++) schedule.update(false);
    expect(schedule.multiplier).toBeGreaterThan(1);
    expect(schedule.scale).toBe(1);
  });
});
