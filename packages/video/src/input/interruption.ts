import { MsanetError } from '@msanet/tensor';

/**
 * Stops when the caller has asked for it.
 *
 * @param where the file that is being read or written
 * @throws MsanetError `ABORTED` when the signal has fired
 */
export function checkInterruption(signal: AbortSignal | undefined, where: string): void {
  if (!signal?.aborted) return;
  throw new MsanetError({
    code: 'ABORTED',
    where,
    expected: 'to come to the end',
    got: 'an interruption',
    remedy: 'start again',
  });
}
