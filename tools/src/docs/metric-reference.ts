import { describeMetrics } from '@msanet/evaluation';

/** The page of all metrics, in Markdown. */
export function metricReference(): string {
  const metrics = describeMetrics();
  return [
    '# Metrics',
    '',
    '<!-- Generated from packages/evaluation/src/metrics by: npm run docs -->',
    '',
    'Every metric compares an adversarial clip with its clean clip, both RGB in [0, 1]. In the formulas x is the clean clip, x′ the',
    'adversarial one, δ = x′ − x, and t, c, p run over frames, channels and positions. A value that is undefined for a clip is `null`,',
    'and is left out of means and medians.',
    '',
    '| id | metric | unit | better |',
    '| --- | --- | --- | --- |',
    ...metrics.map(
      ({ id, title, unit, better }) => `| \`${id}\` | ${title} | ${unit} | ${better} |`,
    ),
    '',
    ...metrics.flatMap(({ id, title, formula, range, source, note }) => [
      `## \`${id}\`: ${title}`,
      '',
      '```text',
      formula,
      '```',
      '',
      `Range: ${range}.`,
      '',
      ...(note === undefined ? [] : [note, '']),
      `Source: ${source}.`,
      '',
    ]),
  ].join('\n');
}
