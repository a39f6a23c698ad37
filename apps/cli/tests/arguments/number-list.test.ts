import { describe, expect, it } from 'vitest';
import { parseNumberList } from '../../src/arguments/number-list.js';

describe('parseNumberList', () => {
  it.each([
    ['3', [3]],
    ['1-4', [1, 2, 3, 4]],
    [' 9, 2 - 3 ,2', [2, 3, 9]],
    ['25-25', [25]],
  ])('%j', (text, numbers) => {
    expect(parseNumberList(text, 1, 25, '--groups')).toEqual(numbers);
  });

  it.each(['', ',', '1,', '0', '26', '1-26', '4-2', '1-', '-3', '1.5', 'x', '1-2-3', '9999999999'])(
    'refuses %j',
    (text) => {
      expect(() => parseNumberList(text, 1, 25, '--groups')).toThrow(
        /--groups: expected whole numbers from 1 to 25/,
      );
    },
  );
});
