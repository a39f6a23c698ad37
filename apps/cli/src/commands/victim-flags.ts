import type { Argv } from 'yargs';
import type { OptionsOwner } from '@msanet/core';
import { assignOptions } from '../arguments/plugin-options.js';
import { parseCount } from '../arguments/number.js';
import { builtInPlugins } from '../composition/built-in-plugins.js';
import { Composition } from '../composition/composition.js';
import { readLabels } from '../files/read-labels.js';
import type { VictimArguments } from '../work/victim-session.js';

/** The flags of every command that loads a victim. */
export interface VictimFlags {
  victim: string;
  checkpoint: string | undefined;
  model: string | undefined;
  labels: string | undefined;
  runtime: string;
  threads: string | undefined;
  option: string[];
}

/** Declares the flags of every command that loads a victim. */
export function withVictimFlags<T>(command: Argv<T>): Argv<T & VictimFlags> {
  return command
    .option('victim', {
      type: 'string',
      demandOption: true,
      requiresArg: true,
      describe: 'victim model, see: msanet list victims',
    })
    .option('checkpoint', {
      type: 'string',
      requiresArg: true,
      describe: 'PyTorch or safetensors file with the weights',
    })
    .option('model', { type: 'string', requiresArg: true, describe: 'ONNX file' })
    .option('labels', {
      type: 'string',
      requiresArg: true,
      describe: 'text file with one class name a line',
    })
    .option('runtime', {
      type: 'string',
      default: 'ort',
      requiresArg: true,
      describe: 'what computes, see: msanet list runtimes',
    })
    .option('threads', { type: 'string', requiresArg: true, describe: 'threads to compute with' })
    .option('option', {
      alias: 'o',
      type: 'string',
      array: true,
      nargs: 1,
      default: [],
      describe: 'setting of a plugin, as key=value; victim.key=value where both know the key',
    }) as unknown as Argv<T & VictimFlags>;
}

/** What the flags of a command say, with the settings of its other plugins. */
export interface ParsedFlags {
  readonly composition: Composition;
  readonly victim: VictimArguments;
  /** Settings of the command's other plugins, in their order. */
  readonly others: Record<string, unknown>[];
}

/**
 * Reads the flags of a command that loads a victim. Unknown plugins, options and files are found here, before anything
 * heavy starts.
 *
 * @param others the command's other plugins, which `-o` prefers
 */
export async function parseVictimFlags(
  flags: VictimFlags,
  choose: (composition: Composition) => readonly OptionsOwner[] = () => [],
): Promise<ParsedFlags> {
  const composition = new Composition(builtInPlugins);
  const plugin = composition.plugin('victim', flags.victim);
  const assigned = assignOptions(flags.option, [...choose(composition), plugin]);
  const own = assigned[assigned.length - 1];
  if (flags.checkpoint !== undefined) own['checkpoint'] = flags.checkpoint;
  if (flags.model !== undefined) own['model'] = flags.model;
  if (flags.labels !== undefined) own['labels'] = await readLabels(flags.labels);
  return {
    composition,
    victim: {
      victim: flags.victim,
      victimOptions: own,
      runtime: flags.runtime,
      ...(flags.threads === undefined
        ? {}
        : { threads: parseCount(flags.threads, 1, '--threads') }),
    },
    others: assigned.slice(0, -1),
  };
}
