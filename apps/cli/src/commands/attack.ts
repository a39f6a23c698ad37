import {
  MsanetError,
  describeOptions,
  parseOptions,
  type AttackPlugin,
  type Budget,
  type VictimPlugin,
} from '@msanet/core';
import { parseBudget } from '../arguments/budget.js';
import { parseCount } from '../arguments/number.js';
import { printResult } from '../display/result-writer.js';
import type { AttackEntry, AttackRecord } from '../work/tasks/attack.js';
import { runTask } from '../work/run-task.js';
import { finish, type Command } from './command.js';
import { parseVictimFlags, withVictimFlags } from './victim-flags.js';

/** `msanet attack`: crafts adversarial videos. */
export const attackCommand: Command = {
  declare: (cli) =>
    cli.command(
      'attack <input..>',
      'craft adversarial videos',
      (command) =>
        withVictimFlags(
          command.positional('input', {
            type: 'string',
            array: true,
            demandOption: true,
            describe: 'video, folder of frames, or .npy clip',
          }),
        )
          .option('attack', {
            type: 'string',
            requiresArg: true,
            describe: 'attack, see: msanet list attacks',
          })
          .option('perturbation', {
            type: 'string',
            requiresArg: true,
            describe: 'add this saved perturbation instead, see: msanet universal',
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
            describe: 'norm of the budget: linf, l2 or l1',
          })
          .option('steps', { type: 'string', requiresArg: true, describe: 'steps of the attack' })
          .option('label', {
            type: 'string',
            requiresArg: true,
            describe: "true class, index or name; the victim's prediction when absent",
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
          .option('query-limit', {
            type: 'string',
            requiresArg: true,
            describe: 'most queries per video',
          })
          .option('out', {
            type: 'string',
            demandOption: true,
            requiresArg: true,
            describe: 'folder that receives one folder per video',
          })
          .option('json', { type: 'boolean', default: false, describe: 'print JSON' }),
      async (flags) => {
        const budget = parseBudget(flags.norm, flags.epsilon);
        const seed = parseCount(flags.seed, 0, '--seed');
        const queryLimit =
          flags.queryLimit === undefined
            ? undefined
            : parseCount(flags.queryLimit, 0, '--query-limit');
        const attack = attackId(flags);
        const { composition, victim, others } = await parseVictimFlags(flags, (chosen) => [
          chosen.plugin('attack', attack),
        ]);
        const plugin = composition.plugin('attack', attack);
        const [attackOptions] = others;
        if (flags.perturbation !== undefined) attackOptions['file'] = flags.perturbation;
        if (flags.steps !== undefined) attackOptions['steps'] = stepsFor(plugin, flags.steps);
        checkPair(plugin, composition.plugin('victim', flags.victim), budget, flags.target);
        parseOptions(plugin, attackOptions);
        const { result, aborted } = await runTask('attack', {
          ...victim,
          inputs: flags.input,
          attack,
          attackOptions,
          budget,
          ...(flags.label === undefined ? {} : { label: flags.label }),
          ...(flags.target === undefined ? {} : { target: flags.target }),
          seed,
          ...(queryLimit === undefined ? {} : { queryLimit }),
          out: flags.out,
        });
        printResult(result, flags.json, () => result.entries.map(describe).join('\n\n'));
        const failed = result.entries.some(({ folder }) => folder === undefined);
        finish(aborted, failed);
      },
    ),
};

/**
 * The attack that flags name: `--perturbation FILE` stands for the attack that adds it.
 *
 * @throws MsanetError `USAGE` when they name none or two
 */
function attackId({
  attack,
  perturbation,
}: {
  attack: string | undefined;
  perturbation: string | undefined;
}): string {
  const id = perturbation === undefined ? attack : 'perturbation';
  if (id !== undefined && (attack === undefined || attack === id)) return id;
  throw new MsanetError({
    code: 'USAGE',
    where: 'msanet attack',
    expected: '--attack ID or --perturbation FILE',
    got: id === undefined ? 'neither' : `--attack ${attack} and --perturbation`,
    remedy: 'give one of them',
  });
}

/** @throws MsanetError `OPTION_INVALID` when the attack takes no steps */
function stepsFor(plugin: AttackPlugin, text: string): number {
  if (describeOptions(plugin).some(({ name }) => name === 'steps')) {
    return parseCount(text, 1, '--steps');
  }
  throw new MsanetError({
    code: 'OPTION_INVALID',
    where: '--steps',
    expected: 'an attack that takes steps',
    got: plugin.id,
    remedy: 'leave the flag out',
  });
}

/** Refuses what the attack cannot do with this victim, before any weights are loaded. */
function checkPair(
  { id, requires }: AttackPlugin,
  victim: VictimPlugin,
  { norm }: Budget,
  target: string | undefined,
): void {
  const kind = target === undefined ? 'misclassification' : 'targeted';
  const lacks =
    requires.inputGradient && !victim.supports.inputGradient
      ? ['a victim with input gradients', victim.id]
      : !requires.norms.includes(norm)
        ? [`a budget of norm ${requires.norms.join(' or ')}`, norm]
        : !requires.criteria.includes(kind)
          ? [`a criterion of kind ${requires.criteria.join(' or ')}`, kind]
          : undefined;
  if (lacks === undefined) return;
  throw new MsanetError({
    code: 'CAPABILITY_MISSING',
    where: `attack ${id}`,
    expected: lacks[0],
    got: lacks[1],
    remedy: 'see what each attack can do with: msanet list attacks',
  });
}

function describe(entry: AttackEntry): string {
  if (entry.folder === undefined) return entry.error;
  const { record, folder } = entry;
  return [
    record.input,
    `  clean        ${choice(record.clean)}`,
    `  adversarial  ${choice(record.adversarial)}`,
    `  ${verdict(record)}`,
    `  perturbation ${sizes(record)}`,
    `  written to   ${folder}`,
  ].join('\n');
}

function choice({ top: [first], label }: AttackRecord['clean']): string {
  const percent = (probability: number): string => `${(100 * probability).toFixed(1)} %`;
  const own =
    first.index === label.index ? '' : `   (${label.label} ${percent(label.probability)})`;
  return `${first.label} ${percent(first.probability)}${own}`;
}

function verdict({
  attack,
  success,
  alreadyAdversarial,
  queries,
  seconds,
  interrupted,
}: AttackRecord): string {
  const count = queries.forward + queries.gradient;
  const outcome = alreadyAdversarial
    ? 'misclassified already, not attacked'
    : success
      ? 'succeeded'
      : 'did not succeed';
  const stopped = interrupted ? ', interrupted' : '';
  return `${attack.id} ${outcome}${stopped} after ${count} queries (${queries.gradient} gradients) in ${seconds.toFixed(1)} s`;
}

function sizes({ perturbation }: AttackRecord): string {
  const { linfLevels, meanAbsolute, psnr, pixelShare, frameShare } = perturbation;
  return [
    `at most ${linfLevels}/255`,
    `mean ${meanAbsolute.toFixed(3)} of 255`,
    ...(psnr === null ? [] : [`PSNR ${psnr.toFixed(1)} dB`]),
    `${(100 * pixelShare).toFixed(1)} % of pixels`,
    `${(100 * frameShare).toFixed(0)} % of frames`,
  ].join(', ');
}
