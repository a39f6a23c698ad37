import { describe, expect, it } from 'vitest';
import { demoClasses } from '../src/index.js';
import { courseOf } from '../src/classes.js';

const names = demoClasses.map(({ name }) => name);

describe('demoClasses', () => {
  it('are at least twelve, in the order of their names', () => {
    expect(names.length).toBeGreaterThanOrEqual(12);
    expect(names).toEqual([...names].sort());
    expect(new Set(names).size).toBe(names.length);
  });

  it('hold at least five pairs of time reversals, each the twin of the other', () => {
    const paired = demoClasses.filter(({ twin }) => twin !== undefined);
    expect(paired.length).toBeGreaterThanOrEqual(10);
    for (const { name, twin } of paired) {
      expect(twin).not.toBe(name);
      expect(demoClasses.find((entry) => entry.name === twin)?.twin).toBe(name);
    }
  });

  it('say what their mirror image is', () => {
    for (const { name, mirror } of demoClasses) {
      expect(demoClasses.find((entry) => entry.name === mirror)?.mirror).toBe(name);
    }
    expect(demoClasses.find(({ name }) => name === 'WalkLeft')?.mirror).toBe('WalkRight');
  });

  it('refuse a name that is none', () => {
    expect(() => courseOf('Fly')).toThrowError(/Fly/);
  });
});
