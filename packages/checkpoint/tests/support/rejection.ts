import { isMsanetError, type MsanetError } from '@msanet/tensor';
import { expect } from 'vitest';

/** The error of ours with which a promise is rejected; anything else fails the test. */
export async function rejection(promise: Promise<unknown>): Promise<MsanetError> {
  const error = await promise.then(
    () => expect.fail('expected a rejection'),
    (reason: unknown) => reason,
  );
  if (!isMsanetError(error)) throw error;
  expect(error.message).not.toMatch(/\n|undefined|\[object/);
  return error;
}

/** The sentence of a `CHECKPOINT_INVALID` error with which a promise is rejected. */
export async function invalidity(promise: Promise<unknown>): Promise<string> {
  const error = await rejection(promise);
  expect(error.code, error.message).toBe('CHECKPOINT_INVALID');
  return error.message;
}
