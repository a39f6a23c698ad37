import { isMsanetError, type MsanetError } from '@msanet/tensor';

/** The msanet error that the action ends with; anything else, success included, fails the test. */
export function refusal(action: () => unknown): MsanetError {
  try {
    action();
  } catch (error) {
    if (isMsanetError(error)) return error;
    throw error;
  }
  throw new Error('expected a refusal, but the call succeeded');
}
