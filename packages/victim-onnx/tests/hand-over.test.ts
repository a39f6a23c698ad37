import { expect, it } from 'vitest';
import { handOver } from '../src/index.js';

it('a handed-over value is given once, then made again each time', async () => {
  let made = 0;
  const source = handOver<string | undefined>(undefined, () => `made ${++made}`);
  expect(await source()).toBeUndefined();
  expect(await source()).toBe('made 1');
  expect(await source()).toBe('made 2');
});
