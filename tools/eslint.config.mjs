import workspace from '../eslint.config.mjs';

export default [
  ...workspace,
  {
    // The page of operators says how each is tested, by the cases themselves.
    files: ['src/docs/operator-support.ts'],
    rules: { 'no-restricted-imports': 'off' },
  },
];
