import { MsanetError } from '@msanet/tensor';
import type { SessionOptions } from '@msanet/onnx';
import type { InferenceSession } from 'onnxruntime-node';
import { executionProvider, type OrtDevice } from './device.js';

/**
 * ONNX Runtime's settings for one session.
 *
 * - Memory patterns are off: on a TSM gradient graph they cost 450 MB and gain no time. The arena stays on: without it
 *   every large tensor is mapped anew.
 * - Operators run one after the other, each on all threads; running them side by side halves the speed.
 * - Threads stop spinning when a run ends, so that an idle session takes no time from a busy one.
 */
export function sessionSettings(
  device: OrtDevice,
  threads: number,
  spinning: boolean,
): InferenceSession.SessionOptions {
  return {
    executionProviders: [executionProvider(device)],
    executionMode: 'sequential',
    graphOptimizationLevel: 'all',
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    enableCpuMemArena: true,
    enableMemPattern: false,
    logSeverityLevel: 4,
    extra: {
      session: {
        intra_op: { allow_spinning: spinning ? '1' : '0' },
        force_spinning_stop: '1',
      },
    },
  };
}

/**
 * Checks the options of one session: a wrong value or an unknown option is refused.
 *
 * @throws MsanetError `OPTION_INVALID`
 */
export function checkSessionOptions(options: SessionOptions): void {
  const { threads, spinning, ...unknown } = options;
  checkThreads(threads);
  if (spinning !== undefined && typeof spinning !== 'boolean') {
    throw invalid('spinning', 'true or false', String(spinning));
  }
  const [name] = Object.keys(unknown);
  if (name !== undefined) throw invalid(name, 'one of the options threads and spinning', name);
}

/**
 * Checks a number of threads; `undefined` stands for the default.
 *
 * @throws MsanetError `OPTION_INVALID`
 */
export function checkThreads(threads: number | undefined): void {
  if (threads === undefined) return;
  if (Number.isInteger(threads) && threads >= 1 && threads <= 1024) return;
  throw invalid('threads', 'an integer from 1 to 1024', String(threads));
}

function invalid(where: string, expected: string, got: string): MsanetError {
  return new MsanetError({
    code: 'OPTION_INVALID',
    where,
    expected,
    got,
    remedy: 'leave it out for the default',
  });
}
