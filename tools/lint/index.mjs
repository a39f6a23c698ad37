import { noAmbientChance } from './no-ambient-chance.mjs';
import { noFocusedTests } from './no-focused-tests.mjs';

/** The lint rules of this house. */
export const house = {
  meta: { name: 'msanet-house' },
  rules: {
    'no-ambient-chance': noAmbientChance,
    'no-focused-tests': noFocusedTests,
  },
};
