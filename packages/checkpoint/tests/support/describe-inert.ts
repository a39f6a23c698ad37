import { InertClass, InertValue } from '../../src/index.js';
import type { CheckpointValue } from '../../src/value.js';

/** A value as one line, with the text or bytes that mention `hidden` as `…`. */
export function describeInert(value: CheckpointValue, hidden: string): string {
  const describe = (item: CheckpointValue): string => describeInert(item, hidden);
  const describeAll = (items: Iterable<CheckpointValue>) => Array.from(items, describe).join(', ');
  if (typeof value === 'string') return value.includes(hidden) ? '…' : value;
  if (value instanceof Uint8Array) return `${value.length} bytes`;
  if (value instanceof InertClass) return value.qualifiedName;
  if (value instanceof InertValue) {
    const call = `${value.class}(${describeAll(value.args)})`;
    return value.state === undefined ? call : `${call} with ${describe(value.state)}`;
  }
  if (Array.isArray(value)) {
    return Object.isFrozen(value) ? `(${describeAll(value)})` : `[${describeAll(value)}]`;
  }
  if (value instanceof Map) {
    const entries = Array.from(
      value as Map<CheckpointValue, CheckpointValue>,
      ([key, item]) => `${describe(key)}: ${describe(item)}`,
    );
    return `{${entries.join(', ')}}`;
  }
  return String(value);
}
