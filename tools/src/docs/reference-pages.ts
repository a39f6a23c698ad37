import { builtInPlugins } from 'msanet';
import { format, resolveConfig } from 'prettier';
import { errorReference } from './error-reference.js';
import { metricReference } from './metric-reference.js';
import { operatorReference } from './operator-reference.js';
import { pluginReference } from './plugin-reference.js';

/** The generated pages of `docs/reference/`, formatted, by file name. */
export async function referencePages(): Promise<Map<string, string>> {
  const ofKind = (kind: string) => builtInPlugins.filter((plugin) => plugin.kind === kind);
  const pages: [string, string][] = [
    ['errors.md', errorReference()],
    ['metrics.md', metricReference()],
    ['operators.md', await operatorReference()],
    ['attacks.md', pluginReference('Attacks', ofKind('attack'))],
    ['victims.md', pluginReference('Victims', ofKind('victim'))],
  ];
  const style = await resolveConfig(new URL(import.meta.url).pathname);
  const formatted = pages.map(async ([name, page]): Promise<[string, string]> => [
    name,
    await format(page, { ...style, parser: 'markdown' }),
  ]);
  return new Map(await Promise.all(formatted));
}
