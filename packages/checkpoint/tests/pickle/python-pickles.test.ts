import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ByteCursor } from '../../src/pickle/byte-cursor.js';
import { unpickle } from '../../src/pickle/unpickle.js';
import { TorchHost } from '../../src/torch/torch-host.js';
import type { CheckpointValue } from '../../src/value.js';

interface Golden {
  /** Values as JSON that keeps their types. */
  readonly values: Record<string, unknown>;
  readonly cases: readonly { name: string; protocol: number; pickle: string }[];
}

const golden = JSON.parse(
  readFileSync(new URL('../golden/pickles.json', import.meta.url), 'utf8'),
) as Golden;

describe('pickles that Python has written hold the values that Python pickled', () => {
  it.each(golden.cases)('$name, protocol $protocol', ({ name, pickle }) => {
    const cursor = new ByteCursor(Buffer.from(pickle, 'base64'), name);
    const value = unpickle(cursor, new TorchHost(), name);
    expect(cursor.left).toBe(0);
    expect(tagged(value)).toEqual(golden.values[name]);
  });
});

/** The same JSON as `tagged` in tools/golden/checkpoint/make-golden.py. */
function tagged(value: CheckpointValue, ancestors: readonly CheckpointValue[] = []): unknown {
  if (value === null || typeof value === 'boolean') return value;
  if (typeof value === 'number') return taggedNumber(value);
  if (typeof value === 'bigint') return { bigint: String(value) };
  if (typeof value === 'string') return { text: value };
  if (value instanceof Uint8Array) return { bytes: Buffer.from(value).toString('hex') };
  if (ancestors.includes(value)) return { cycle: true };
  const tagAll = (items: Iterable<CheckpointValue>) =>
    Array.from(items, (item) => tagged(item, [...ancestors, value]));
  const frozen = Object.isFrozen(value);
  if (Array.isArray(value)) return { [frozen ? 'tuple' : 'list']: tagAll(value) };
  if (value instanceof Set) return { [frozen ? 'frozenset' : 'set']: tagAll(value) };
  if (value instanceof Map) {
    return { dictionary: Array.from(value, (pair: CheckpointValue[]) => tagAll(pair)) };
  }
  return expect.fail(`unexpected value ${String(value)}`);
}

function taggedNumber(value: number): unknown {
  if (Object.is(value, -0)) return { number: '-0.0' };
  if (Number.isFinite(value)) return value;
  return { number: Number.isNaN(value) ? 'nan' : value > 0 ? 'inf' : '-inf' };
}
