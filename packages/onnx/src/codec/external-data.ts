import { MsanetError } from '@msanet/tensor';
import type { StringEntryProto } from './onnx-schema.js';

/** Where a tensor's elements lie outside the model file (ONNX: External Data). */
export interface ExternalReference {
  /** File, relative to the model's folder, with `/` between the parts. */
  readonly location: string;
  /** First byte. */
  readonly offset: number;
  /** Number of bytes. */
  readonly length: number;
}

/**
 * Reads the entries of a tensor's `external_data`.
 *
 * @param byteLength bytes that the tensor's shape and element type need
 * @throws MsanetError `ONNX_INVALID` when an entry is missing or damaged, the length differs, or the location leads out
 *   of the model's folder
 */
export function externalReference(
  entries: readonly StringEntryProto[],
  byteLength: number,
  where: string,
): ExternalReference {
  const text = new Map(entries.map(({ key, value }) => [key ?? '', value ?? '']));
  const number = (key: string, fallback: number): number => {
    const value = text.get(key);
    if (value === undefined) return fallback;
    const parsed = /^\d{1,15}$/.test(value) ? Number(value) : NaN;
    if (Number.isNaN(parsed)) throw invalid(where, `a byte count as ${key}`, `'${value}'`);
    return parsed;
  };
  const location = text.get('location') ?? '';
  if (!staysInside(location)) {
    throw invalid(where, 'external data in the folder of the model', `location '${location}'`);
  }
  const length = number('length', byteLength);
  if (length !== byteLength) {
    throw invalid(where, `${byteLength} bytes of external data`, `a length of ${length}`);
  }
  return { location, offset: number('offset', 0), length };
}

/** Whether a location is a relative path that never climbs: no root, drive, `..`, backslash or control character. */
function staysInside(location: string): boolean {
  if (location === '' || /[\\:\u0000-\u001f]/.test(location)) return false;
  return location.split('/').every((part) => part !== '' && part !== '..');
}

function invalid(where: string, expected: string, got: string): MsanetError {
  return new MsanetError({
    code: 'ONNX_INVALID',
    where,
    expected,
    got,
    remedy: 'export the model again, or save it as one file',
  });
}
