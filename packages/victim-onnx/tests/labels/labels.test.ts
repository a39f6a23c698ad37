import { describe, expect, it } from 'vitest';
import { hmdb51Labels, labelsFor, ucf101Labels } from '../../src/index.js';

describe('UCF-101', () => {
  // The twenty classes of THUMOS'14's detection task, as its README numbers them after classInd.txt (from 1).
  const published = [
    [7, 'BaseballPitch'],
    [9, 'BasketballDunk'],
    [12, 'Billiards'],
    [21, 'CleanAndJerk'],
    [22, 'CliffDiving'],
    [23, 'CricketBowling'],
    [24, 'CricketShot'],
    [26, 'Diving'],
    [31, 'FrisbeeCatch'],
    [33, 'GolfSwing'],
    [36, 'HammerThrow'],
    [40, 'HighJump'],
    [45, 'JavelinThrow'],
    [51, 'LongJump'],
    [68, 'PoleVault'],
    [79, 'Shotput'],
    [85, 'SoccerPenalty'],
    [92, 'TennisSwing'],
    [93, 'ThrowDiscus'],
    [97, 'VolleyballSpiking'],
  ] as const;

  it('has 101 classes in the order of classInd.txt', () => {
    expect(new Set(ucf101Labels).size).toBe(101);
    for (const [number, name] of published) expect(ucf101Labels[number - 1]).toBe(name);
    // The file is sorted without regard to case.
    const sorted = [...ucf101Labels].sort((a, b) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1));
    expect(ucf101Labels).toEqual(sorted);
  });
});

describe('HMDB-51', () => {
  it('has 51 classes in sorted order', () => {
    expect(new Set(hmdb51Labels).size).toBe(51);
    expect(hmdb51Labels).toEqual([...hmdb51Labels].sort());
  });
});

describe('labelsFor', () => {
  it('knows the data sets by their number of classes', () => {
    expect(labelsFor(101)).toBe(ucf101Labels);
    expect(labelsFor(51)).toBe(hmdb51Labels);
    expect(labelsFor(3)).toEqual(['class 0', 'class 1', 'class 2']);
  });
});
