/** Source file, line and signature that ONNX Runtime puts before some messages. */
const location = /\S+\.(?:cc|h|cpp|cu):\d+ .*?(?:\) (?=[A-Z])| was false\. )/s;
/** The wrapper around the message of an operator that failed while running. */
const wrapper =
  /^Non-zero status code returned while running \S+ node\. Name:'[^']*' Status Message: /;

/** What ONNX Runtime said, as one clause: the first line, without source locations and the final full stop. */
export function clauseOf(cause: unknown): string {
  const message = cause instanceof Error ? cause.message : String(cause);
  const [line = ''] = message.replace(wrapper, '').replace(location, '').trim().split('\n');
  const clause = line.trim().replace(/[.;:]+$/, '');
  return clause === '' ? 'no reason' : clause;
}
