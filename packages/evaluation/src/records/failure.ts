import { MsanetError, isMsanetError, type ErrorReport } from '@msanet/core';

/** Why there is no result, fit for a record and for the way between processes. */
export interface Failure {
  /** Code of the error; `WORKER_FAILED` when the process ended. */
  readonly code: string;
  readonly where: string;
  readonly expected: string;
  readonly got: string;
  readonly remedy: string;
}

/** What an error says, without its stack. A defect of ours becomes a sentence too. */
export function failureOf(error: unknown): Failure {
  if (isMsanetError(error)) {
    const { code, where, expected, got, remedy } = error.report;
    return { code, where, expected, got, remedy };
  }
  const message = error instanceof Error ? error.message : String(error);
  return {
    code: 'WORKER_FAILED',
    where: 'msanet',
    expected: 'the work to finish',
    got: message.replaceAll(/\s+/g, ' '),
    remedy: 'this is a defect of msanet; please report it with the command line',
  };
}

/** The error that a failure tells of. */
export function errorOf(failure: Failure): MsanetError {
  return new MsanetError(failure as ErrorReport);
}

/** The sentence of a failure. */
export function failureMessage(failure: Failure): string {
  return errorOf(failure).message;
}
