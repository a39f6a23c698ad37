import { isMsanetError, type MsanetError } from '@msanet/core';

/** The msanet error that the action ends with; anything else, success included, fails the test. */
export async function refusal(action: () => unknown): Promise<MsanetError> {
  try {
    await action();
  } catch (error) {
    if (isMsanetError(error)) return error;
    throw error;
  }
  throw new Error('expected a refusal, but the call succeeded');
}
