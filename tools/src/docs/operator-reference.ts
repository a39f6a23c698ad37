import {
  straightThroughQuantization,
  vjpRules,
  type VjpEntry,
  type VjpTable,
} from '@msanet/autodiff';
import { operatorSupport, type OperatorSupport } from './operator-support.js';

/** The page of all operators: what can be computed and differentiated, and where that is tested, in Markdown. */
export async function operatorReference(): Promise<string> {
  const support = await operatorSupport();
  const cases = support.reduce((sum, entry) => sum + entry.cases, 0);
  const gradientCases = support.reduce((sum, entry) => sum + entry.gradientCases, 0);
  return [
    '# Operators',
    '',
    '<!-- Generated from the tables of operators, rules and cases by: npm run docs -->',
    '',
    `${support.length} operators of the standard domain have shape inference, a float64 kernel in the reference runtime, and an entry`,
    'in the table of gradients. Each row was found by trying:',
    '',
    '- **opset**: the operator sets in which shape inference accepts it, of those that cases were written for. Models of newer sets are',
    '  read by the same rules.',
    '- **reference**, **ORT**: whether packages/runtime-reference and ONNX Runtime on the processor load it in all of these operator sets.',
    `- **cases**: the cases in packages/testkit/src/operator-cases, ${cases} in all, on each of which ONNX Runtime must agree with the reference`,
    '  runtime (packages/runtime-ort/tests/conformance.test.ts).',
    '- **gradient**: whether there is a rule, or why the gradient is zero or refused. An operator off the way from the clip to the logits',
    '  needs none.',
    `- **gradient cases**: those of the cases, ${gradientCases} in all, that pass the projection test against central differences in float64, in their`,
    '  own operator set and as emitted for 13 and 21 (packages/autodiff/tests/rules/operator-cases.test.ts). "own" marks operators with',
    '  tests of their own beside it.',
    '',
    '| operator | opset | reference | ORT | gradient | cases | gradient cases |',
    '| --- | --- | --- | --- | --- | --: | --: |',
    ...support.map(row),
    '',
  ].join('\n');
}

function row(support: OperatorSupport): string {
  const { operator, opsets, reference, ort, cases } = support;
  const loads = (range: OperatorSupport['ort']): string => {
    if (range === undefined) return 'no';
    return formatRange(range) === formatRange(opsets) ? 'yes' : formatRange(range);
  };
  const cells = [
    `\`${operator}\``,
    formatRange(opsets),
    loads(reference),
    loads(ort),
    describeGradient(operator, support.refusedCases),
    cases,
    testsOf(support),
  ];
  return `| ${cells.join(' | ')} |`;
}

function formatRange([first, last]: readonly [number, number]): string {
  return first === last ? `${first}` : `${first}–${last}`;
}

function testsOf({ operator, gradientCases, hasOwnTests }: OperatorSupport): string {
  const entry = entryOf(vjpRules, operator) ?? { kind: 'undefined' };
  const own = hasOwnTests && entry.kind !== 'zero' ? 'own' : '';
  const ofCases = gradientCases > 0 ? String(gradientCases) : '';
  return [ofCases, own].filter((part) => part !== '').join(' + ');
}

function describeGradient(operator: string, refusedCases: number): string {
  const entry = entryOf(vjpRules, operator);
  if (entry === undefined) return 'missing';
  switch (entry.kind) {
    case 'vjp':
      return refusedCases > 0
        ? `yes; ${refusedCases} of the cases are of forms that are refused`
        : 'yes';
    case 'zero':
      return `zero: ${entry.why}`;
    case 'undefined':
      return entryOf(straightThroughQuantization, operator) === undefined
        ? `refused: ${entry.why}`
        : 'refused; straight through on request';
  }
}

function entryOf(table: VjpTable, operator: string): VjpEntry | undefined {
  return Object.hasOwn(table, operator) ? table[operator] : undefined;
}
