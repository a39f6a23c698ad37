import { MsanetError } from '@msanet/tensor';
import type { GraphRuntime, GraphSession, Model, SessionOptions } from '@msanet/onnx';
import { ReferenceSession } from './reference-session.js';

/**
 * Executes ONNX graphs in plain TypeScript, every floating-point value in double precision, with one readable function
 * per operator of the ONNX specification (https://onnx.ai/onnx/operators/). It is the oracle that faster runtimes and
 * gradient rules are tested against, and is not meant to be fast.
 */
export class ReferenceRuntime implements GraphRuntime {
  readonly id = 'reference';
  readonly device = 'cpu';
  readonly precision = 'float64';

  /**
   * Makes a model ready to run.
   *
   * @param options `threads` and `spinning` are upper bounds that the one thread of this runtime always keeps
   * @throws MsanetError `OPERATOR_UNSUPPORTED` naming node, operator and opset; `GRAPH_INVALID`; `OPTION_INVALID`
   */
  load(model: Model, options: SessionOptions = {}): Promise<GraphSession> {
    return new Promise((resolve) => {
      checkThreads(options.threads);
      resolve(new ReferenceSession(model));
    });
  }
}

function checkThreads(threads: number | undefined): void {
  if (threads === undefined || (Number.isInteger(threads) && threads >= 1)) return;
  throw new MsanetError({
    code: 'OPTION_INVALID',
    where: 'threads',
    expected: 'a positive integer',
    got: String(threads),
    remedy: 'leave it out for the default',
  });
}
