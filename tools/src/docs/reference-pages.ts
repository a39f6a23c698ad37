import { readFile } from 'node:fs/promises';
import { builtInPlugins } from 'msanet';
import { format, resolveConfig } from 'prettier';
import type { AttackResults } from '../attack-results/results.js';
import { resultsSection } from '../attack-results/results-page.js';
import { errorReference } from './error-reference.js';
import { metricReference } from './metric-reference.js';
import { operatorReference } from './operator-reference.js';
import { pluginReference } from './plugin-reference.js';

/** What `npm run attack-results` found. */
const resultsFile = new URL('../../../docs/reference/attack-results.json', import.meta.url);

/** The generated pages of `docs/reference/`, formatted, by file name. */
export async function referencePages(): Promise<Map<string, string>> {
  const ofKind = (kind: string) => builtInPlugins.filter((plugin) => plugin.kind === kind);
  const results = JSON.parse(await readFile(resultsFile, 'utf8')) as AttackResults;
  const pages: [string, string][] = [
    ['errors.md', errorReference()],
    ['metrics.md', metricReference()],
    ['operators.md', await operatorReference()],
    [
      'attacks.md',
      [pluginReference('Attacks', ofKind('attack')), ...resultsSection(results)].join('\n'),
    ],
    ['victims.md', pluginReference('Victims', ofKind('victim'))],
  ];
  const style = await resolveConfig(new URL(import.meta.url).pathname);
  const formatted = pages.map(async ([name, page]): Promise<[string, string]> => [
    name,
    await format(page, { ...style, parser: 'markdown' }),
  ]);
  return new Map(await Promise.all(formatted));
}
