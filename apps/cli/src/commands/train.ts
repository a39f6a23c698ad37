import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { MsanetError } from '@msanet/core';
import { trainingConfigSchema, type TrainingConfig } from '@msanet/training';
import type { SplitNumber } from '@msanet/video';
import { parse } from 'yaml';
import { parseCount } from '../arguments/number.js';
import { printResult } from '../display/result-writer.js';
import { formatTable } from '../display/table.js';
import { trainableVictims } from '../training/trainable-victims.js';
import { runTask } from '../work/run-task.js';
import type { JudgeResult } from '../work/tasks/judge.js';
import type { TrainResult } from '../work/tasks/train.js';
import { finish, type Command } from './command.js';

/** `msanet train`: trains a victim on a data set. */
export const trainCommand: Command = {
  declare: (cli) =>
    cli.command(
      'train',
      'train a victim on a data set',
      (command) =>
        command
          .option('victim', {
            choices: Object.keys(trainableVictims),
            demandOption: true,
            requiresArg: true,
            describe: 'network to train',
          })
          .option('dataset', {
            type: 'string',
            default: 'ucf101',
            requiresArg: true,
            describe: 'format of the data set, see: msanet list datasets',
          })
          .option('root', {
            type: 'string',
            demandOption: true,
            requiresArg: true,
            describe: 'folder of the data set',
          })
          .option('split', { type: 'string', requiresArg: true, describe: 'official split' })
          .option('config', {
            type: 'string',
            requiresArg: true,
            describe: 'YAML or JSON file with network and recipe',
          })
          .option('out', {
            type: 'string',
            requiresArg: true,
            describe: 'folder for weights, log and state',
          })
          .option('evaluate', {
            type: 'string',
            requiresArg: true,
            describe:
              'judge these weights on the test part, also with shuffled frames and backwards',
          })
          .option('resume', {
            type: 'boolean',
            default: false,
            describe: 'go on from the last finished epoch in that folder',
          })
          .option('seed', {
            type: 'string',
            default: '0',
            requiresArg: true,
            describe: 'of everything random',
          })
          .option('cache', {
            type: 'string',
            requiresArg: true,
            describe: 'folder for decoded frames; by default inside --out',
          })
          .option('threads', {
            type: 'string',
            requiresArg: true,
            describe: 'threads to compute with',
          })
          .option('json', { type: 'boolean', default: false, describe: 'print JSON' }),
      async (flags) => {
        const config = await readConfig(flags.config);
        const data = {
          victim: flags.victim,
          dataset: flags.dataset,
          root: resolve(flags.root),
          ...(flags.split === undefined ? {} : { split: parseSplit(flags.split) }),
          seed: parseCount(flags.seed, 0, '--seed'),
          runtime: 'ort',
          ...(flags.threads === undefined
            ? {}
            : { threads: parseCount(flags.threads, 1, '--threads') }),
        };
        if (flags.evaluate !== undefined) {
          const { result, aborted } = await runTask('judge', {
            ...data,
            victimOptions: { checkpoint: resolve(flags.evaluate) },
            twins: config.recipe.augmentation.reverseExchanges,
          });
          printResult(result, flags.json, () => describeJudgement(result));
          finish(aborted);
          return;
        }
        const folder = resolve(expectFolder(flags.out));
        const { result, aborted } = await runTask('train', {
          ...data,
          config,
          resume: flags.resume,
          folder,
          cache: resolve(flags.cache ?? join(folder, 'frames')),
        });
        printResult(result, flags.json, () => describe(result));
        finish(aborted);
      },
    ),
};

/**
 * Reads a file of options.
 *
 * @throws MsanetError `FILE_NOT_FOUND`, `OPTION_INVALID`
 */
async function readConfig(path: string | undefined): Promise<TrainingConfig> {
  if (path === undefined) return trainingConfigSchema.parse({});
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new MsanetError({
      code: 'FILE_NOT_FOUND',
      where: '--config',
      expected: 'a file that can be read',
      got: path,
      remedy: 'check the path',
      cause,
    });
  });
  const parsed = trainingConfigSchema.safeParse(fromYaml(text, path) ?? {});
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new MsanetError({
    code: 'OPTION_INVALID',
    where: `${path}, ${issue.path.join('.') || 'top level'}`,
    expected: 'options as docs/guide/train-a-victim.md lists them',
    got: issue.message,
    remedy: 'correct the file',
  });
}

function fromYaml(text: string, path: string): unknown {
  try {
    return parse(text);
  } catch (cause) {
    throw new MsanetError({
      code: 'OPTION_INVALID',
      where: path,
      expected: 'YAML or JSON',
      got: cause instanceof Error ? cause.message.split('\n')[0] : String(cause),
      remedy: 'correct the file',
      cause,
    });
  }
}

function expectFolder(out: string | undefined): string {
  if (out !== undefined) return out;
  throw new MsanetError({
    code: 'USAGE',
    where: 'msanet train',
    expected: '--out DIR to train, or --evaluate FILE',
    got: 'neither',
    remedy: 'see msanet train --help',
  });
}

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

function describe({
  network,
  epochs,
  finished,
  heldOut,
  weights,
  heldOutClips,
}: TrainResult): string {
  const lines = [
    `${network}: ${epochs} epochs${finished ? '' : ', not finished: go on with --resume'}`,
  ];
  if (heldOut !== undefined) {
    lines.push(`held out  ${(100 * heldOut).toFixed(1)} % of ${heldOutClips} clips`);
  }
  if (weights !== undefined) lines.push(`weights   ${weights}`);
  return lines.join('\n');
}

function describeJudgement(result: JudgeResult): string {
  const { classes, confusion, accuracy, shuffledAccuracy, backwards, clips } = result;
  const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
  const rows = confusion.map((row, label) => {
    const all = row.reduce((sum, count) => sum + count, 0);
    const mistaken = row
      .map((count, other) => ({ count, other }))
      .filter(({ count, other }) => count > 0 && other !== label)
      .sort((a, b) => b.count - a.count)
      .map(({ count, other }) => `${classes[other]} ${count}`);
    return [classes[label], all, row[label], mistaken.join(', ')];
  });
  return [
    formatTable(['class', 'clips', 'right', 'taken for'], rows),
    '',
    `right            ${percent(accuracy)} of ${clips} clips`,
    `frames shuffled  ${percent(shuffledAccuracy)}`,
    ...(backwards === null
      ? []
      : [`backwards        ${percent(backwards.turned)} of ${backwards.clips} taken for the twin`]),
  ].join('\n');
}
