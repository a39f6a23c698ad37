import { MsanetError } from '@msanet/core';
import {
  comparisonText,
  parseExperiment,
  type Experiment,
  type Manifest,
} from '@msanet/evaluation';
import { parseCount } from '../arguments/number.js';
import { compare } from '../comparison/compare.js';
import { readExperimentFile } from '../comparison/experiment-file.js';
import { experimentFromFlags, type ExperimentFlags } from '../comparison/flag-experiment.js';
import { builtInPlugins } from '../composition/built-in-plugins.js';
import { Composition } from '../composition/composition.js';
import { printResult } from '../display/result-writer.js';
import { finish, type Command } from './command.js';

/** The flags that describe an experiment, with what `--help` says of them. */
const described = {
  root: 'folder of the data set',
  split: 'official split: 1, 2 or 3',
  part: 'part of the split: test (default), train or all',
  list: 'list file, or folder of split files',
  clips: 'that many clips, drawn at random',
  'clips-per-class': 'that many clips of each class, drawn at random',
  'clip-list': 'file with the ids or indices of the clips',
  'select-seed': 'seed of the draw',
  select: 'which clips are attacked: clean-correct (default), clean-correct-all or all',
  norm: 'norm of the budget: linf (default), l2, l1, l0 or frames',
  epsilon: 'radius of the budget on the [0, 1] scale, such as 8/255',
  steps: 'steps of every attack that takes steps',
  'query-limit': 'most queries per clip',
  target: 'class that the clips shall be taken for, or random; any wrong one when absent',
  seeds: 'seeds of the attacks, such as 0,1,2',
  compression: 'rate factors of H.264 to judge the clips at, such as 18,23,28',
  videos: 'adversarial videos to keep: none (default), all, or those of the first N clips',
  runtime: 'what computes, see: msanet list runtimes',
} as const;

/** `msanet compare`: the comparison that a paper's table is made of. */
export const compareCommand: Command = {
  declare: (cli) =>
    cli.command(
      'compare',
      'compare attacks on victims over a data set',
      (command) => {
        const several = command
          .option('victim', {
            type: 'string',
            array: true,
            nargs: 1,
            default: [] as string[],
            describe: 'victim, as id, id:key=value,… or name=id:key=value,…; may be repeated',
          })
          .option('attack', {
            type: 'string',
            array: true,
            nargs: 1,
            default: [] as string[],
            describe: 'attack, written likewise; norm and epsilon are keys too; may be repeated',
          })
          .option('dataset', {
            type: 'string',
            requiresArg: true,
            describe: 'data set, see: msanet list datasets',
          })
          .option('option', {
            alias: 'o',
            type: 'string',
            array: true,
            nargs: 1,
            default: [] as string[],
            describe: 'setting of a victim or attack, as NAME.key=value',
          })
          .option('config', {
            type: 'string',
            requiresArg: true,
            describe: 'experiment file (YAML or JSON), or the manifest of a run to repeat',
          })
          .option('out', {
            type: 'string',
            demandOption: true,
            requiresArg: true,
            describe: 'folder of the run',
          })
          .option('resume', {
            type: 'boolean',
            default: false,
            describe: 'go on with the run in the folder',
          })
          .option('workers', {
            type: 'string',
            requiresArg: true,
            describe: 'processes that work at a time',
          })
          .option('threads', {
            type: 'string',
            requiresArg: true,
            describe: 'threads of each; by default the cores are shared out',
          })
          .option('json', { type: 'boolean', default: false, describe: 'print JSON' });
        return Object.entries(described).reduce(
          (line, [flag, describe]) =>
            line.option(flag, { type: 'string', requiresArg: true, describe }),
          several,
        );
      },
      async (given) => {
        const flags = given as typeof given & ExperimentFlags;
        const composition = new Composition(builtInPlugins);
        const { experiment, earlier } = await experimentOf(flags, composition);
        const { summary, interrupted } = await compare(
          {
            experiment,
            earlier,
            out: flags.out,
            resume: flags.resume,
            workers: count(flags.workers, '--workers'),
            threads: count(flags.threads, '--threads'),
          },
          composition,
        );
        printResult(summary, flags.json, () => comparisonText(summary).trimEnd());
        finish(interrupted, summary.clips.examined === 0);
      },
    ),
};

interface Source {
  /** `undefined` to go on with the run in the folder. */
  readonly experiment: Experiment | undefined;
  readonly earlier: Manifest | undefined;
}

/** @throws MsanetError `USAGE` when flags and a file both describe the comparison, and what reading it throws */
async function experimentOf(
  flags: ExperimentFlags & { readonly config: string | undefined; readonly resume: boolean },
  composition: Composition,
): Promise<Source> {
  const { victim, attack, dataset, option } = flags;
  const strings = Object.keys(described).filter(
    (flag) => (flags as unknown as Record<string, unknown>)[flag] !== undefined,
  );
  const used = [
    ...(victim.length > 0 ? ['victim'] : []),
    ...(attack.length > 0 ? ['attack'] : []),
    ...(dataset === undefined ? [] : ['dataset']),
    ...(option.length > 0 ? ['option'] : []),
    ...strings,
  ];
  if (flags.config !== undefined) {
    if (used.length > 0) {
      throw new MsanetError({
        code: 'USAGE',
        where: 'msanet compare',
        expected: 'either --config or flags that describe the comparison',
        got: `--config and ${used.map((flag) => `--${flag}`).join(', ')}`,
        remedy: 'write it into the experiment file',
      });
    }
    return readExperimentFile(flags.config);
  }
  if (flags.resume && used.length === 0) return { experiment: undefined, earlier: undefined };
  const description = experimentFromFlags(flags, composition);
  return { experiment: parseExperiment(description, () => 'msanet compare'), earlier: undefined };
}

function count(text: string | undefined, flag: string): number | undefined {
  return text === undefined ? undefined : parseCount(text, 1, flag);
}
