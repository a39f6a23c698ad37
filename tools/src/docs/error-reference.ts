import { errorCatalogue } from '@msanet/core';

/** The page of all error codes, in Markdown. */
export function errorReference(): string {
  const rows = Object.entries(errorCatalogue).map(
    ([code, { exitCode, meaning }]) => `| \`${code}\` | ${exitCode} | ${meaning} |`,
  );
  return [
    '# Errors',
    '',
    '<!-- Generated from packages/tensor/src/errors.ts by: npm run docs -->',
    '',
    'Every error of msanet is an `MsanetError` with a stable `code`. Its message is one sentence: where, what was expected,',
    'what was found, and how to go on. The command line prints it on stderr and ends with the exit code: 2 when the call was',
    'wrong, 1 when the data or the machine was, 130 when you interrupted it.',
    '',
    '| code | exit code | meaning |',
    '| --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}
