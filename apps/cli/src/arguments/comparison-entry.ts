import { MsanetError, describeOptions, type AttackPlugin, type VictimPlugin } from '@msanet/core';
import { assignOptions } from './plugin-options.js';

/** A victim or attack of a comparison as a flag writes it: `tsm`, `tsm:checkpoint=a.pth` or `mine=tsm:checkpoint=a.pth`. */
export interface FlagEntry {
  /** What records call it. */
  readonly name: string;
  /** Id of the plugin. */
  readonly plugin: string;
  /** Its settings, each `key=value`. */
  readonly settings: readonly string[];
}

/**
 * Reads a victim or attack of a comparison. A comma begins the next setting where `key=` follows it.
 *
 * @param where the flag, for the sentence
 * @throws MsanetError `OPTION_INVALID`
 */
export function parseEntry(text: string, where: string): FlagEntry {
  const [, name, plugin, settings] =
    /^(?:([A-Za-z0-9][\w.+-]*)=)?([a-z0-9][a-z0-9-]*)(?::(.*))?$/.exec(text) ?? [];
  const parts = settings === undefined ? [] : settings.split(/,(?=[A-Za-z][\w-]*=)/);
  if (plugin === undefined || parts.some((part) => !/^[A-Za-z][\w-]*=/.test(part))) {
    throw new MsanetError({
      code: 'OPTION_INVALID',
      where,
      expected: 'id, id:key=value,key=value or name=id:key=value',
      got: text === '' ? 'an empty text' : text,
      remedy: 'write more than that into an experiment file and pass it with --config',
    });
  }
  return { name: name ?? plugin, plugin, settings: parts };
}

/**
 * The settings of a plugin by name, in the types that its options take. A file of labels stays a path.
 *
 * @throws MsanetError `OPTION_INVALID` for one that the plugin does not know
 */
export function optionsOf(
  plugin: VictimPlugin | AttackPlugin,
  settings: readonly string[],
): Record<string, unknown> {
  const isLabels = (setting: string): boolean => setting.startsWith('labels=');
  const [options] = assignOptions(
    settings.filter((setting) => !isLabels(setting)),
    [plugin],
  );
  for (const setting of settings.filter(isLabels)) options['labels'] = setting.slice(7);
  return options;
}

/** Whether a plugin has an option of that name. */
export function hasOption(plugin: VictimPlugin | AttackPlugin, name: string): boolean {
  return describeOptions(plugin).some((option) => option.name === name);
}
