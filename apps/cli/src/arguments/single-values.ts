import { MsanetError } from '@msanet/core';
import { Parser } from 'yargs/helpers';

/** What yargs knows of the flags of a command. */
export interface DeclaredFlags {
  /** Every name that a flag goes by. */
  readonly key: Readonly<Record<string, unknown>>;
  readonly alias: Readonly<Record<string, string[]>>;
  /** Flags that may be repeated. */
  readonly array: readonly string[];
  readonly boolean: readonly string[];
  readonly string: readonly string[];
}

/**
 * Sees to it that a flag of a single value is given once. yargs would make a list of its values, and would take the last one of
 * a boolean flag.
 *
 * @param args the command line, from the command on
 * @throws MsanetError `USAGE` about the first declared flag that is given more than once
 */
export function expectSingleValues(args: readonly string[], flags: DeclaredFlags): void {
  const names = Object.keys(flags.key);
  // Read as a list of one value at a time, every flag keeps all that it is given.
  const given = Parser([...args], {
    array: names,
    alias: { ...flags.alias },
    boolean: [...flags.boolean],
    string: [...flags.string],
    configuration: { 'greedy-arrays': false },
  });
  for (const name of names.filter((other) => !flags.array.includes(other))) {
    const values: unknown = given[name];
    if (!Array.isArray(values) || values.length < 2) continue;
    throw new MsanetError({
      code: 'USAGE',
      where: `--${name}`,
      expected: 'one value',
      got: `${values.length} (${values.join(', ')})`,
      remedy: 'give it once',
    });
  }
}
