import { MsanetError, type AttackPlugin } from '@msanet/core';
import { hasOption, optionsOf, parseEntry, type FlagEntry } from '../arguments/comparison-entry.js';
import { parseCount, parseNumber } from '../arguments/number.js';
import type { Composition } from '../composition/composition.js';

/** The flags that describe a comparison. */
export interface ExperimentFlags {
  readonly victim: readonly string[];
  readonly attack: readonly string[];
  readonly dataset: string | undefined;
  readonly root: string | undefined;
  readonly split: string | undefined;
  readonly part: string | undefined;
  readonly list: string | undefined;
  readonly clips: string | undefined;
  readonly clipsPerClass: string | undefined;
  readonly clipList: string | undefined;
  readonly selectSeed: string | undefined;
  readonly select: string | undefined;
  readonly norm: string | undefined;
  readonly epsilon: string | undefined;
  readonly steps: string | undefined;
  readonly queryLimit: string | undefined;
  readonly target: string | undefined;
  readonly seeds: string | undefined;
  readonly compression: string | undefined;
  readonly videos: string | undefined;
  readonly runtime: string | undefined;
  readonly option: readonly string[];
}

/** What of an attack's settings is about its budget, unless the plugin has an option of that name. */
const budgetKeys = ['norm', 'epsilon', 'pixels', 'frames'] as const;

/** The radius where none is given: the usual 8/255, and radii of similar strength on a clip of 8×224×224. */
const usualEpsilon: Readonly<Record<string, number>> = { linf: 8 / 255, l2: 10, l1: 2000 };

/**
 * The comparison that flags describe, in the form of an experiment file.
 *
 * @throws MsanetError `USAGE`, `OPTION_INVALID`, `PLUGIN_UNKNOWN`
 */
export function experimentFromFlags(flags: ExperimentFlags, composition: Composition): unknown {
  if (flags.victim.length === 0 || flags.attack.length === 0 || flags.dataset === undefined) {
    throw new MsanetError({
      code: 'USAGE',
      where: 'msanet compare',
      expected: '--victim, --attack and --dataset, or an experiment file with --config',
      got: 'less than that',
      remedy: 'see msanet compare --help',
    });
  }
  const victims = flags.victim.map((text) => parseEntry(text, '--victim'));
  const attacks = flags.attack.map((text) => parseEntry(text, '--attack'));
  const extra = assignSettings(flags.option, [...victims, ...attacks]);
  const settingsOf = (entry: FlagEntry): readonly string[] => [
    ...entry.settings,
    ...(extra.get(entry) ?? []),
  ];
  const plugins = attacks.map(({ plugin }) => composition.plugin('attack', plugin));
  if (flags.steps !== undefined) refuseStepsForNobody(plugins, flags.steps);
  return {
    victims: victims.map((entry) => ({
      name: entry.name,
      victim: entry.plugin,
      options: optionsOf(composition.plugin('victim', entry.plugin), settingsOf(entry)),
    })),
    attacks: attacks.map((entry, index) =>
      attackEntry(entry, plugins[index], settingsOf(entry), flags),
    ),
    dataset: {
      id: flags.dataset,
      ...given('root', flags.root),
      ...(flags.split === undefined ? {} : { split: parseCount(flags.split, 1, '--split') }),
      ...given('part', flags.part),
      ...given('list', flags.list),
    },
    clips: clipChoice(flags),
    ...given('select', flags.select),
    ...given('target', flags.target),
    ...(flags.seeds === undefined ? {} : { seeds: numbers(flags.seeds, '--seeds', parseSeed) }),
    ...(flags.queryLimit === undefined
      ? {}
      : { queryLimit: parseCount(flags.queryLimit, 0, '--query-limit') }),
    ...(flags.compression === undefined
      ? {}
      : { compression: numbers(flags.compression, '--compression', parseNumber) }),
    ...(flags.videos === undefined ? {} : { videos: videos(flags.videos) }),
    ...given('runtime', flags.runtime),
  };
}

function attackEntry(
  { name, plugin: id }: FlagEntry,
  plugin: AttackPlugin,
  settings: readonly string[],
  flags: ExperimentFlags,
): unknown {
  const own: string[] = [];
  const budget: Record<string, unknown> = {};
  let queryLimit: number | undefined;
  for (const setting of settings) {
    const [, key, value] = /^([^=]*)=(.*)$/s.exec(setting) ?? [];
    const about = budgetKeys.find((candidate) => candidate === key);
    if (hasOption(plugin, key)) own.push(setting);
    else if (about === 'norm') budget[about] = value;
    else if (about !== undefined) budget[about] = parseNumber(value, `--attack ${name}, ${key}`);
    else if (key === 'queryLimit') queryLimit = parseCount(value, 0, `--attack ${name}, ${key}`);
    else own.push(setting);
  }
  const options = optionsOf(plugin, own);
  if (flags.steps !== undefined && hasOption(plugin, 'steps')) {
    options['steps'] ??= parseCount(flags.steps, 1, '--steps');
  }
  const norm = typeof budget['norm'] === 'string' ? budget['norm'] : (flags.norm ?? 'linf');
  const epsilon =
    budget['epsilon'] ??
    (flags.epsilon === undefined ? undefined : parseNumber(flags.epsilon, '--epsilon')) ??
    (norm === 'frames' ? usualEpsilon['linf'] : usualEpsilon[norm]);
  return {
    name,
    attack: id,
    options,
    budget: { ...budget, norm, ...(epsilon === undefined || norm === 'l0' ? {} : { epsilon }) },
    ...(queryLimit === undefined ? {} : { queryLimit }),
  };
}

/**
 * Assigns `-o NAME.key=value` to the victims and attacks of that name, or else to those of that plugin.
 *
 * @throws MsanetError `OPTION_INVALID` for a name that nobody has
 */
function assignSettings(
  options: readonly string[],
  entries: readonly FlagEntry[],
): Map<FlagEntry, string[]> {
  const assigned = new Map<FlagEntry, string[]>();
  for (const option of options) {
    const [, owner, setting] = /^([A-Za-z0-9][\w+-]*)\.([A-Za-z][\w-]*=.*)$/s.exec(option) ?? [];
    const named = entries.filter(({ name }) => name === owner);
    const owners = named.length > 0 ? named : entries.filter(({ plugin }) => plugin === owner);
    if (owners.length === 0) {
      throw new MsanetError({
        code: 'OPTION_INVALID',
        where: `-o ${option}`,
        expected: `NAME.key=value with one of the names ${entries.map(({ name }) => name).join(', ')}`,
        got: owner ?? option,
        remedy: 'put the name of the victim or attack before the key',
      });
    }
    for (const entry of owners) assigned.set(entry, [...(assigned.get(entry) ?? []), setting]);
  }
  return assigned;
}

/** @throws MsanetError `OPTION_INVALID` when no attack takes steps */
function refuseStepsForNobody(plugins: readonly AttackPlugin[], steps: string): void {
  if (plugins.some((plugin) => hasOption(plugin, 'steps'))) return;
  throw new MsanetError({
    code: 'OPTION_INVALID',
    where: `--steps ${steps}`,
    expected: 'an attack that takes steps',
    got: plugins.map(({ id }) => id).join(', '),
    remedy: 'leave the flag out',
  });
}

/** @throws MsanetError `USAGE` when two flags choose clips */
function clipChoice({ clips, clipsPerClass, clipList, selectSeed }: ExperimentFlags): unknown {
  const ways = { '--clips': clips, '--clips-per-class': clipsPerClass, '--clip-list': clipList };
  const used = Object.entries(ways).filter(([, value]) => value !== undefined);
  if (used.length > 1) {
    throw new MsanetError({
      code: 'USAGE',
      where: 'msanet compare',
      expected: 'one way of choosing clips',
      got: used.map(([flag]) => flag).join(' and '),
      remedy: 'leave out all but one',
    });
  }
  const seed = selectSeed === undefined ? 0 : parseCount(selectSeed, 0, '--select-seed');
  if (clips !== undefined) return { kind: 'random', count: parseCount(clips, 1, '--clips'), seed };
  if (clipsPerClass !== undefined) {
    return { kind: 'per-class', count: parseCount(clipsPerClass, 1, '--clips-per-class'), seed };
  }
  return clipList === undefined ? { kind: 'all' } : { kind: 'list', file: clipList };
}

function parseSeed(text: string, where: string): number {
  return parseCount(text, 0, where);
}

function numbers(
  text: string,
  where: string,
  parse: (text: string, where: string) => number,
): number[] {
  return text === 'none' ? [] : text.split(',').map((part) => parse(part, where));
}

function videos(text: string): unknown {
  return text === 'all' || text === 'none' ? text : parseCount(text, 0, '--videos');
}

function given(key: string, value: string | undefined): Record<string, string> {
  return value === undefined ? {} : { [key]: value };
}
