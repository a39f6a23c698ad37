import { constants } from 'node:buffer';
import { promisify } from 'node:util';
import { brotliDecompress, inflateRaw } from 'node:zlib';
import { invalidCheckpoint } from './invalid-checkpoint.js';
import type { MemoryAllowance } from './memory-allowance.js';

const brotli = promisify(brotliDecompress);
const inflate = promisify(inflateRaw);

/**
 * Decompresses a Brotli stream. It stops at the first byte beyond the allowance, so the length of the result need not be known.
 *
 * @throws MsanetError `CHECKPOINT_INVALID` when the stream is damaged or exceeds the allowance.
 */
export async function decompressBrotli(
  compressed: Uint8Array,
  allowance: MemoryAllowance,
  where: string,
): Promise<Uint8Array> {
  try {
    const maxOutputLength = Math.min(Math.max(allowance.left, 1), constants.MAX_LENGTH);
    const bytes = await brotli(compressed, { chunkSize: 2 ** 20, maxOutputLength });
    allowance.take(bytes.length, where);
    return bytes;
  } catch (cause) {
    if (isTooLarge(cause)) throw allowance.exceeded(where, 'a Brotli stream that holds more');
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw invalidCheckpoint(where, 'a Brotli stream', reason, undefined, cause);
  }
}

/**
 * Decompresses a deflate stream that must give exactly `length` bytes.
 *
 * @throws MsanetError `CHECKPOINT_INVALID` when the stream is damaged, gives another number, or exceeds the allowance.
 */
export async function decompressDeflate(
  compressed: Uint8Array,
  length: number,
  allowance: MemoryAllowance,
  where: string,
): Promise<Uint8Array> {
  allowance.take(length, where);
  const expected = `a deflate stream of ${length} bytes`;
  let bytes: Uint8Array;
  try {
    bytes = await inflate(compressed, { maxOutputLength: Math.max(length, 1) });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const got = isTooLarge(cause) ? 'one that holds more' : reason;
    throw invalidCheckpoint(where, expected, got, undefined, cause);
  }
  if (bytes.length !== length) throw invalidCheckpoint(where, expected, `${bytes.length} bytes`);
  // What zlib returns may be the start of a larger chunk, which would stay alive with it.
  return new Uint8Array(bytes);
}

function isTooLarge(error: unknown): boolean {
  return error instanceof RangeError && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';
}
