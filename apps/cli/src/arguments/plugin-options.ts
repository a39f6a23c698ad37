import { MsanetError, describeOptions, type OptionsOwner } from '@msanet/core';
import { parseNumber } from './number.js';

/**
 * Splits `key=value` settings between plugins: `attack.steps=5` names its plugin's kind, `steps=5` goes to the first
 * plugin that knows the key.
 *
 * @param plugins the plugins of the command, in order of preference
 * @returns the settings of each plugin, in the same order
 * @throws MsanetError `OPTION_INVALID` for a setting that is no `key=value` or that nobody knows
 */
export function assignOptions(
  settings: readonly string[],
  plugins: readonly OptionsOwner[],
): Record<string, unknown>[] {
  const known = plugins.map((plugin) => describeOptions(plugin));
  const assigned = plugins.map((): Record<string, unknown> => ({}));
  for (const setting of settings) {
    const [, kind, key, value] =
      /^(?:(victim|attack)\.)?([A-Za-z][\w-]*)=(.*)$/.exec(setting) ?? [];
    const owner = plugins.findIndex(
      (plugin, index) =>
        (kind === undefined || kind === plugin.kind) &&
        known[index].some((option) => option.name === key),
    );
    const option = known[owner]?.find(({ name }) => name === key);
    if (key === undefined || option === undefined) {
      const names = known.flat().map(({ name }) => name);
      throw new MsanetError({
        code: 'OPTION_INVALID',
        where: `-o ${setting}`,
        expected:
          key === undefined ? 'a setting of the form key=value' : `one of ${names.join(', ')}`,
        got: key ?? setting,
        remedy: 'see the options with: msanet list attacks',
      });
    }
    assigned[owner][key] = coerce(value, option.type, `-o ${key}`);
  }
  return assigned;
}

/** The value of a setting in the type that the option takes; what does not fit stays a text for the schema to judge. */
function coerce(value: string, type: string, where: string): unknown {
  if (type === 'boolean' && (value === 'true' || value === 'false')) return value === 'true';
  if (type === 'number' || type === 'integer') return parseNumber(value, where);
  if (type === 'array') return value.split(',').map((part) => part.trim());
  return value;
}
