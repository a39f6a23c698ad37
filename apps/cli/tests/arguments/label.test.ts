import { describe, expect, it } from 'vitest';
import { editDistance, parseLabel } from '../../src/arguments/label.js';

const labels = ['ApplyEyeMakeup', 'Archery', 'BabyCrawling', '3'];

describe('parseLabel', () => {
  it.each([
    ['Archery', 1],
    ['archery', 1],
    ['2', 2],
    ['0', 0],
    // A class that is called like a number is meant before the index.
    ['3', 3],
  ])('%s', (text, index) => {
    expect(parseLabel(text, labels, '--label')).toBe(index);
  });

  it('suggests a name that is close', () => {
    expect(() => parseLabel('Archry', labels, '--label')).toThrow(/did you mean Archery/);
  });

  it.each(['4', '-1', '', '1.5', 'Juggling'])('refuses %j', (text) => {
    expect(() => parseLabel(text, labels, '--label')).toThrow(/expected a class name or an index/);
  });
});

describe('editDistance', () => {
  it.each([
    ['kitten', 'sitting', 3],
    ['', 'abc', 3],
    ['same', 'same', 0],
    ['flaw', 'lawn', 2],
  ])('%s → %s', (a, b, distance) => {
    expect(editDistance(a, b)).toBe(distance);
  });
});
