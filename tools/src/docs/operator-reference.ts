import { vjpRules, type VjpEntry } from '@msanet/autodiff';
import { knownOperators } from '@msanet/onnx';

/** The page of all operators: what can be computed and differentiated, in Markdown. */
export function operatorReference(): string {
  const rows = [...knownOperators].sort().map((operator) => {
    const entry = (vjpRules as Record<string, VjpEntry | undefined>)[operator];
    return `| \`${operator}\` | ${describeGradient(entry)} |`;
  });
  return [
    '# Operators',
    '',
    '<!-- Generated from the tables of packages/onnx and packages/autodiff by: npm run docs -->',
    '',
    `${rows.length} operators of the standard domain, opset 13 and later, have shape inference, a float64 reference kernel`,
    '(packages/runtime-reference), cases that hold ONNX Runtime to it (packages/testkit/src/operator-cases), and an entry in',
    'the table of gradients. Every gradient rule passes a projection test in float64 (packages/autodiff/tests/rules).',
    '',
    '| operator | gradient |',
    '| --- | --- |',
    ...rows,
    '',
  ].join('\n');
}

function describeGradient(entry: VjpEntry | undefined): string {
  if (entry === undefined) return 'missing';
  switch (entry.kind) {
    case 'vjp':
      return 'yes';
    case 'zero':
      return `zero: ${entry.why}`;
    case 'undefined':
      return `refused: ${entry.why}`;
  }
}
