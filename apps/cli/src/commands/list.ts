import { describeOptions, type Plugin } from '@msanet/core';
import { describeMetrics } from '@msanet/evaluation';
import { datasetFormats } from '@msanet/video';
import { builtInPlugins } from '../composition/built-in-plugins.js';
import { runtimes } from '../composition/runtimes.js';
import { printResult } from '../display/result-writer.js';
import { formatTable } from '../display/table.js';
import type { Command } from './command.js';

const kinds = [
  'victims',
  'attacks',
  'attentions',
  'datasets',
  'runtimes',
  'metrics',
  'plugins',
] as const;

/** `msanet list`: what there is to choose from, with the options of each plugin. */
export const listCommand: Command = {
  declare: (cli) =>
    cli.command(
      'list <kind>',
      'list what there is to choose from',
      (command) =>
        command
          .positional('kind', { choices: kinds, demandOption: true, describe: 'what to list' })
          .option('json', { type: 'boolean', default: false, describe: 'print JSON' }),
      (flags) => {
        if (flags.kind === 'runtimes') {
          const entries = runtimes.map(({ id, summary }) => ({ id, summary }));
          printResult(entries, flags.json, () =>
            formatTable(
              ['id', 'what it is'],
              entries.map(({ id, summary }) => [id, summary]),
            ),
          );
          return;
        }
        if (flags.kind === 'datasets') {
          const entries = datasetFormats.map(({ id, summary, source }) => ({
            id,
            summary,
            source,
          }));
          printResult(entries, flags.json, () =>
            formatTable(
              ['id', 'what lies there'],
              entries.map(({ id, summary }) => [id, summary]),
            ),
          );
          return;
        }
        if (flags.kind === 'metrics') {
          const entries = describeMetrics();
          printResult(entries, flags.json, () =>
            formatTable(
              ['id', 'what it is', 'unit', 'better'],
              entries.map(({ id, title, unit, better }) => [id, title, unit, better]),
            ),
          );
          return;
        }
        const entries = builtInPlugins
          .filter((plugin) => flags.kind === 'plugins' || `${plugin.kind}s` === flags.kind)
          .map(describePlugin);
        printResult(entries, flags.json, () => entries.map(formatEntry).join('\n\n'));
      },
    ),
};

type PluginEntry = ReturnType<typeof describePlugin>;

function describePlugin(plugin: Plugin) {
  return {
    kind: plugin.kind,
    id: plugin.id,
    summary: plugin.summary,
    ...(plugin.source === undefined ? {} : { source: plugin.source }),
    ...('requires' in plugin ? { requires: plugin.requires } : {}),
    ...('supports' in plugin ? { supports: plugin.supports } : {}),
    options: describeOptions(plugin),
  };
}

function formatEntry({ id, kind, summary, source, options }: PluginEntry): string {
  const rows = options.map((option) => [
    `  ${option.name}`,
    option.type,
    option.required ? 'required' : option.default === undefined ? '' : String(option.default),
    option.description,
  ]);
  return [
    `${id} (${kind}): ${summary}`,
    ...(source === undefined ? [] : [`  ${source}`]),
    ...(rows.length === 0 ? [] : [formatTable(['  option', 'takes', 'default', 'meaning'], rows)]),
  ].join('\n');
}
