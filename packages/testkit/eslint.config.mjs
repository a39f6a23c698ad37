import workspace from '../../eslint.config.mjs';

// The kit is made of tests: its suites call vitest.
export default [...workspace, { rules: { 'no-restricted-imports': 'off' } }];
