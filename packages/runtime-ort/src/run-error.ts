import { MsanetError } from '@msanet/tensor';
import { clauseOf } from './ort-message.js';

const failedNode = /while running (?<operator>\S+) node\. Name:'(?<node>[^']*)'/;
const outOfMemory = /Failed to allocate memory for requested buffer of size (\d+)|bad_alloc/;

/** Explains why ONNX Runtime failed to run a graph. */
export function runError(graph: string, cause: unknown): MsanetError {
  const message = cause instanceof Error ? cause.message : String(cause);
  const { node, operator } = failedNode.exec(message)?.groups ?? {};
  const where =
    node === undefined ? `graph ${graph}` : `graph ${graph}, node ${node} (${operator})`;
  const memory = outOfMemory.exec(message);
  return new MsanetError({
    code: 'RUNTIME_FAILED',
    where,
    expected: memory ? 'enough memory' : 'a run without errors',
    got: memory ? `no room for a buffer of ${memory[1] ?? 'unknown many'} bytes` : clauseOf(cause),
    remedy: memory ? 'use smaller batches or frames' : 'check the values that are fed',
    cause,
  });
}
