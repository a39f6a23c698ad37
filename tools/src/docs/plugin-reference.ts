import { describeOptions, type Plugin } from '@msanet/core';

/** The page of all plugins of a kind with their options, in Markdown. */
export function pluginReference(title: string, plugins: readonly Plugin[]): string {
  const sections = plugins.flatMap((plugin) => [
    `## \`${plugin.id}\``,
    '',
    `${capitalize(plugin.summary)}${plugin.summary.endsWith('.') ? '' : '.'}`,
    ...(plugin.source === undefined ? [] : ['', `Source: ${plugin.source}.`]),
    ...capabilities(plugin),
    '',
    '| option | takes | default | meaning |',
    '| --- | --- | --- | --- |',
    ...describeOptions(plugin).map(({ name, type, default: value, required, description }) => {
      const fallback = required ? 'required' : value === undefined ? '' : `\`${String(value)}\``;
      return `| \`${name}\` | ${type.replaceAll('|', '\\|')} | ${fallback} | ${description} |`;
    }),
    '',
  ]);
  return [
    `# ${title}`,
    '',
    '<!-- Generated from the plugins by: npm run docs -->',
    '',
    ...sections,
  ].join('\n');
}

function capabilities(plugin: Plugin): string[] {
  if (plugin.kind !== 'attack') return [];
  const { inputGradient, norms, criteria } = plugin.requires;
  const threat = inputGradient ? 'white box (input gradients)' : 'black box (logits)';
  return ['', `Needs: ${threat}. Norms: ${norms.join(', ')}. Criteria: ${criteria.join(', ')}.`];
}

function capitalize(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
