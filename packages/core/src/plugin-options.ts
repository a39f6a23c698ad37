import { MsanetError } from '@msanet/tensor';
import type { ZodError, ZodType } from 'zod';
import type { Plugin } from './plugin.js';

/** A reason for which a schema refuses a value. */
type Issue = ZodError['issues'][number];

/** Whatever has options with a schema: a plugin, or something that is chosen and set up like one. */
export type OptionsOwner = Pick<Plugin, 'kind' | 'id' | 'options'>;

/**
 * Checks raw options against the plugin's schema.
 *
 * @param options by name; absent ones take their default
 * @throws MsanetError `OPTION_INVALID`, naming the option, what it takes and what it got
 */
export function parseOptions(plugin: OptionsOwner, options: unknown): unknown {
  const schema = plugin.options as ZodType<unknown>;
  const raw = options ?? {};
  const parsed = schema.safeParse(raw);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const path = issue.path.map(String);
  throw new MsanetError({
    code: 'OPTION_INVALID',
    where: `${plugin.kind} ${plugin.id}${path.length > 0 ? `, option ${path.join('.')}` : ''}`,
    expected: expectation(issue, optionNames(schema)),
    got: issue.code === 'unrecognized_keys' ? issue.keys.join(', ') : describe(valueAt(raw, path)),
    remedy: `see the options with: msanet list ${plugin.kind}s`,
    cause: parsed.error,
  });
}

/** A value as it is quoted in a sentence. */
export function describe(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (typeof value !== 'object' || value === null) return String(value);
  try {
    return JSON.stringify(value);
  } catch {
    return 'an object';
  }
}

/** What a schema wants, as words that follow "expected". A message that the schema's author wrote is kept. */
function expectation(issue: Issue, names: readonly string[]): string {
  if (!/^(Invalid|Too small|Too big|Unrecognized)\b/.test(issue.message)) {
    return issue.message.replace(/[\s.;,]+$/, '');
  }
  switch (issue.code) {
    case 'invalid_type':
      return typeNames.get(issue.expected) ?? issue.expected;
    case 'invalid_value':
      return alternatives(issue.values.map(String));
    case 'too_small':
      return bound(issue.origin, issue.inclusive ? 'at least' : 'more than', issue.minimum);
    case 'too_big':
      return bound(issue.origin, issue.inclusive ? 'at most' : 'less than', issue.maximum);
    case 'not_multiple_of':
      return `a multiple of ${issue.divisor}`;
    case 'unrecognized_keys':
      return names.length === 0 ? 'no options' : `only the options ${names.join(', ')}`;
    case 'invalid_union': {
      const branches = issue.errors.flatMap(([first]) => (first === undefined ? [] : [first]));
      const wanted = branches.map((branch) => expectation(branch, []));
      return wanted.length === 0 ? 'another value' : alternatives([...new Set(wanted)]);
    }
    case 'invalid_format':
      return issue.format === 'regex' ? `text that matches ${issue.pattern}` : `a ${issue.format}`;
    default:
      return 'another value';
  }
}

const typeNames: ReadonlyMap<string, string> = new Map([
  ['number', 'a number'],
  ['int', 'a whole number'],
  ['boolean', 'true or false'],
  ['string', 'text'],
  ['array', 'a list'],
  ['tuple', 'a list'],
  ['object', 'options by name'],
  ['record', 'values by name'],
]);

function bound(origin: string, comparison: string, limit: number | bigint): string {
  if (origin === 'string') return `text of ${comparison} ${limit} characters`;
  if (origin === 'array') return `a list of ${comparison} ${limit} items`;
  return `a number of ${comparison} ${limit}`;
}

function alternatives(words: readonly string[]): string {
  return words.length < 2
    ? words.join('')
    : `${words.slice(0, -1).join(', ')} or ${words[words.length - 1]}`;
}

function optionNames(schema: ZodType<unknown>): string[] {
  return 'shape' in schema && typeof schema.shape === 'object' && schema.shape !== null
    ? Object.keys(schema.shape)
    : [];
}

function valueAt(options: unknown, path: readonly string[]): unknown {
  let value = options;
  for (const key of path) value = (value as Record<string, unknown> | null | undefined)?.[key];
  return value;
}
