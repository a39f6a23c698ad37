import { RuleTester } from 'eslint';
import { describe, it } from 'vitest';
import { house } from '../lint/index.mjs';

// The rule tester finds its test runner by these names.
Object.assign(RuleTester, { describe, it });
const tester = new RuleTester();

tester.run('no-ambient-chance', house.rules['no-ambient-chance'], {
  valid: [
    'random.uniform()',
    'new Date(0)',
    'Math.round(2.5)',
    { code: 'performance.now()', filename: 'packages/core/src/clock.ts' },
  ],
  invalid: [
    { code: 'Math.random()', errors: 1 },
    { code: 'const seed = Date.now()', errors: 1 },
    { code: 'new Date()', errors: 1 },
    { code: 'performance.now()', filename: 'packages/core/src/run-attack.ts', errors: 1 },
    { code: 'crypto.randomUUID()', errors: 1 },
  ],
});

tester.run('no-focused-tests', house.rules['no-focused-tests'], {
  valid: ['it("works", () => {})', 'it.skipIf(true)("needs a file", () => {})', 'list.skip(3)'],
  invalid: [
    { code: 'it.only("one", () => {})', errors: 1 },
    { code: 'describe.skip("all", () => {})', errors: 1 },
    { code: 'test.todo("later")', errors: 1 },
  ],
});
