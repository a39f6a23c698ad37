import { resolve } from 'node:path';
import { universalAttacks } from '@msanet/baselines';
import { MsanetError, parseOptions } from '@msanet/core';
import type { DatasetPart, SplitNumber } from '@msanet/video';
import { parseBudget } from '../arguments/budget.js';
import { parseCount } from '../arguments/number.js';
import { printResult } from '../display/result-writer.js';
import { runTask } from '../work/run-task.js';
import { unknownUniversal, type UniversalResult } from '../work/tasks/universal.js';
import { finish, type Command } from './command.js';
import { parseVictimFlags, withVictimFlags } from './victim-flags.js';

const ids = universalAttacks.map(({ id }) => id);
const parts: readonly DatasetPart[] = ['train', 'test', 'all'];

/** `msanet universal`: fits one perturbation for all videos; `msanet attack --perturbation` applies it. */
export const universalCommand: Command = {
  declare: (cli) =>
    cli.command(
      'universal',
      'fit one perturbation for all videos of a data set',
      (command) =>
        withVictimFlags(command)
          .option('attack', {
            type: 'string',
            default: ids[0],
            requiresArg: true,
            describe: `how it is found: ${ids.join(', ')}`,
          })
          .option('dataset', {
            type: 'string',
            demandOption: true,
            requiresArg: true,
            describe: 'format of the data set, see: msanet list datasets',
          })
          .option('root', {
            type: 'string',
            requiresArg: true,
            describe: 'folder of the data set',
          })
          .option('split', { type: 'string', requiresArg: true, describe: 'official split' })
          .option('part', {
            choices: parts,
            default: 'train' as DatasetPart,
            requiresArg: true,
            describe: 'part of the data set to fit on',
          })
          .option('clips', {
            type: 'string',
            default: '100',
            requiresArg: true,
            describe: 'videos to fit on, chosen at random with the seed',
          })
          .option('epsilon', {
            type: 'string',
            requiresArg: true,
            describe: 'radius of the budget on the [0, 1] scale, such as 8/255',
          })
          .option('norm', {
            type: 'string',
            default: 'linf',
            requiresArg: true,
            describe: 'norm of the budget: linf or l2',
          })
          .option('target', {
            type: 'string',
            requiresArg: true,
            describe: 'class that the videos shall be taken for; any wrong one when absent',
          })
          .option('seed', {
            type: 'string',
            default: '0',
            requiresArg: true,
            describe: 'seed of every random number',
          })
          .option('out', {
            type: 'string',
            demandOption: true,
            requiresArg: true,
            describe: '.npy file for the perturbation',
          })
          .option('json', { type: 'boolean', default: false, describe: 'print JSON' }),
      async (flags) => {
        const attack = universalAttacks.find(({ id }) => id === flags.attack);
        if (attack === undefined) throw unknownUniversal(flags.attack);
        const budget = parseBudget(flags.norm, flags.epsilon);
        const { victim, others } = await parseVictimFlags(flags, () => [attack]);
        const [attackOptions] = others;
        parseOptions(attack, attackOptions);
        const { result, aborted } = await runTask('universal', {
          ...victim,
          attack: attack.id,
          attackOptions,
          budget,
          dataset: flags.dataset,
          ...(flags.root === undefined ? {} : { root: resolve(flags.root) }),
          ...(flags.split === undefined ? {} : { split: parseSplit(flags.split) }),
          part: flags.part,
          clips: parseCount(flags.clips, 1, '--clips'),
          ...(flags.target === undefined ? {} : { target: flags.target }),
          seed: parseCount(flags.seed, 0, '--seed'),
          out: flags.out,
        });
        printResult(result, flags.json, () => describe(result));
        finish(aborted);
      },
    ),
};

function parseSplit(text: string): SplitNumber {
  if (text === '1' || text === '2' || text === '3') return Number(text) as SplitNumber;
  throw new MsanetError({
    code: 'OPTION_INVALID',
    where: '--split',
    expected: '1, 2 or 3',
    got: text,
    remedy: 'choose an official split',
  });
}

function describe(result: UniversalResult): string {
  const { attack, clips, queries, adversarial, parameters } = result;
  const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
  const asked = queries.forward + queries.gradient;
  const stopped = result.interrupted ? ', interrupted' : '';
  return [
    `${attack.id} on ${clips} clips${stopped} after ${asked} queries in ${result.seconds.toFixed(1)} s`,
    ...(adversarial === null
      ? []
      : [
          `  adversarial  ${percent(adversarial.before)} of these clips before, ${percent(adversarial.after)} with it`,
        ]),
    ...(parameters === null
      ? []
      : [
          `  parameters   ${Object.entries(parameters)
            .map(([name, value]) => `${name}=${value}`)
            .join(' ')}`,
        ]),
    `  written to   ${result.out}`,
  ].join('\n');
}
