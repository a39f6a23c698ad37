import { MsanetError } from '@msanet/core';
import type { ZodError } from 'zod';
import type { Experiment } from './experiment.js';
import { experimentSchema } from './experiment-schema.js';

type Issue = ZodError['issues'][number];

/** A place in an experiment, as the keys and indices that lead to it. */
export type ExperimentPath = readonly (string | number)[];

/**
 * Checks a description of a comparison and fills in what it leaves out.
 *
 * @param value as it was parsed from YAML or JSON, or built from flags
 * @param locate names a place for the sentence, such as `experiment.yaml:12`
 * @throws MsanetError `EXPERIMENT_INVALID`, naming the place, what belongs there and what is there
 */
export function parseExperiment(
  value: unknown,
  locate: (path: ExperimentPath) => string,
): Experiment {
  const parsed = experimentSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = deepest(parsed.error.issues[0]);
  const path = issue.path.filter((key) => typeof key !== 'symbol');
  throw new MsanetError({
    code: 'EXPERIMENT_INVALID',
    where: `${locate(path)}${path.length === 0 ? '' : `, ${formatPath(path)}`}`,
    expected: expectation(issue),
    got:
      issue.code === 'unrecognized_keys'
        ? `the key ${issue.keys.join(', ')}`
        : quote(valueAt(value, path)),
    remedy: 'see the guide "Compare attacks" for the form of an experiment',
    cause: parsed.error,
  });
}

/** A path as people write it: `attacks[1].budget.epsilon`. */
export function formatPath(path: ExperimentPath): string {
  return path
    .map((key, index) => (typeof key === 'number' ? `[${key}]` : index === 0 ? key : `.${key}`))
    .join('');
}

/** Of an entry that may be written in several ways, the complaint about the way that was meant: the one furthest inside. */
function deepest(issue: Issue): Issue {
  if (issue.code !== 'invalid_union') return issue;
  const inner = issue.errors
    .flatMap(([first]) => (first === undefined ? [] : [first]))
    .filter((candidate) => !(candidate.code === 'invalid_type' && candidate.path.length === 0))
    .map(deepest)
    .sort((a, b) => b.path.length - a.path.length);
  const [chosen] = inner;
  return chosen === undefined ? issue : { ...chosen, path: [...issue.path, ...chosen.path] };
}

function expectation(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return typeNames.get(issue.expected) ?? issue.expected;
    case 'invalid_value':
      return issue.values.length === 1
        ? String(issue.values[0])
        : `one of ${issue.values.join(', ')}`;
    case 'unrecognized_keys':
      return 'only keys that the form has';
    case 'too_small':
      return `at least ${issue.minimum}${issue.origin === 'array' ? ' entry' : ''}`;
    case 'too_big':
      return `at most ${issue.maximum}`;
    case 'invalid_union':
      return issue.discriminator === undefined ? 'another value' : `a known ${issue.discriminator}`;
    default:
      return issue.message;
  }
}

const typeNames: ReadonlyMap<string, string> = new Map([
  ['number', 'a number'],
  ['int', 'a whole number'],
  ['string', 'text'],
  ['array', 'a list'],
  ['object', 'keys with values'],
  ['record', 'keys with values'],
]);

function valueAt(value: unknown, path: ExperimentPath): unknown {
  return path.reduce<unknown>(
    (inner, key) => (inner as Record<string | number, unknown> | null | undefined)?.[key],
    value,
  );
}

function quote(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === '') return 'an empty text';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
