import { resolve } from 'node:path';
import { MsanetError } from '@msanet/core';
import { parseCount } from '../arguments/number.js';
import { parseNumberList } from '../arguments/number-list.js';
import { printResult } from '../display/result-writer.js';
import { runTask } from '../work/run-task.js';
import type { DemoDataResult } from '../work/tasks/demo-data.js';
import { finish, type Command } from './command.js';

/** `msanet demo-data`: makes the data set demo-actions. */
export const demoDataCommand: Command = {
  declare: (cli) =>
    cli.command(
      'demo-data',
      "make demo-actions, a drawn action data set in UCF-101's layout",
      (command) =>
        command
          .option('out', {
            type: 'string',
            requiresArg: true,
            describe: 'folder of the data set; clips that are there are kept',
          })
          .option('seed', {
            type: 'string',
            default: '0',
            requiresArg: true,
            describe: 'of everything random',
          })
          .option('clips-per-group', {
            type: 'string',
            default: '4',
            requiresArg: true,
            describe: 'clips of each group, at most 99',
          })
          .option('groups', {
            type: 'string',
            default: '1-25',
            requiresArg: true,
            describe: 'only these groups; split 1 tests 1-7, split 2 8-14, split 3 15-21',
          })
          .option('classes', {
            type: 'string',
            requiresArg: true,
            describe: 'only these classes, separated by commas',
          })
          .option('contact-sheet', {
            type: 'string',
            requiresArg: true,
            describe: 'PNG file to write: one row of frames for each class',
          })
          .option('json', { type: 'boolean', default: false, describe: 'print JSON' }),
      async (flags) => {
        const { out, contactSheet } = flags;
        if (out === undefined && contactSheet === undefined) throw nothingToDo();
        const { result, aborted } = await runTask('demoData', {
          out: out === undefined ? undefined : resolve(out),
          seed: parseCount(flags.seed, 0, '--seed'),
          selection: {
            clipsPerGroup: parseCount(flags.clipsPerGroup, 1, '--clips-per-group'),
            groups: parseNumberList(flags.groups, 1, 25, '--groups'),
            ...(flags.classes === undefined
              ? {}
              : { classes: flags.classes.split(',').map((name) => name.trim()) }),
          },
          contactSheet: contactSheet === undefined ? undefined : resolve(contactSheet),
        });
        printResult(result, flags.json, () => describe(result));
        finish(aborted);
      },
    ),
};

function describe({ dataset, contactSheet }: DemoDataResult): string {
  return [
    ...(dataset === undefined
      ? []
      : [
          `data set       ${dataset.root}`,
          `clips          ${dataset.made} made, ${dataset.kept} kept`,
        ]),
    ...(contactSheet === undefined ? [] : [`contact sheet  ${contactSheet}`]),
  ].join('\n');
}

function nothingToDo(): MsanetError {
  return new MsanetError({
    code: 'USAGE',
    where: 'msanet demo-data',
    expected: '--out, --contact-sheet or both',
    got: 'neither',
    remedy: 'say where to write, such as --out demo-actions',
  });
}
