import { MsanetError, isMsanetError, type ErrorReport } from '@msanet/core';
import type { Tasks } from './tasks/index.js';

/** What the parent asks the child for. */
export type Request =
  | { readonly kind: 'task'; readonly name: keyof Tasks; readonly arguments: unknown }
  | { readonly kind: 'abort' };

/** How far the work is. */
export interface Progress {
  /** What is being worked on, such as a file name. */
  readonly subject: string;
  readonly step: number;
  readonly steps: number;
  readonly loss?: number;
  /** Queries so far. */
  readonly queries?: number;
  readonly succeeded?: boolean;
}

/** What the child tells the parent. */
export type Reply =
  | { readonly kind: 'progress'; readonly progress: Progress }
  | { readonly kind: 'note'; readonly text: string }
  | { readonly kind: 'done'; readonly result: unknown; readonly aborted: boolean }
  | { readonly kind: 'failed'; readonly error: SerializedError };

/** An error on its way between processes. */
export type SerializedError =
  | { readonly kind: 'report'; readonly report: Omit<ErrorReport, 'cause'> }
  | { readonly kind: 'defect'; readonly message: string };

/** Makes an error fit for the way between processes. */
export function serializeError(error: unknown): SerializedError {
  if (isMsanetError(error)) {
    const { code, where, expected, got, remedy } = error.report;
    return { kind: 'report', report: { code, where, expected, got, remedy } };
  }
  return { kind: 'defect', message: error instanceof Error ? error.message : String(error) };
}

/** The error that was serialized. A defect of our own becomes a sentence too. */
export function deserializeError(error: SerializedError): MsanetError {
  if (error.kind === 'report') return new MsanetError(error.report);
  return new MsanetError({
    code: 'WORKER_FAILED',
    where: 'msanet',
    expected: 'the work to finish',
    got: error.message.replaceAll(/\s+/g, ' '),
    remedy: 'this is a defect of msanet; please report it with the command line',
  });
}
