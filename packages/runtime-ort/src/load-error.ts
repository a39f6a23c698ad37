import { MsanetError } from '@msanet/tensor';
import { opsetOf, type Model } from '@msanet/onnx';
import { clauseOf } from './ort-message.js';

/** The node that a message is about, as far as the message tells. */
interface Culprit {
  readonly node?: string;
  readonly operator: string;
}

/** How ONNX Runtime says that it has no such operator, or none for these element types. */
const unsupported: readonly RegExp[] = [
  /In Node, \("(?<node>[^"]*)", (?<operator>[^,]+),.*No Op registered for/s,
  /^Fatal error: (?<operator>\S+?)\(-?\d+\) is not a registered function\/op/,
  /Could not find an implementation for (?<operator>\S+?)\(\d+\) node with name '(?<node>[^']*)'/,
  /Type '[^']*' of input parameter .* of operator \((?<operator>[^)]*)\) in node \((?<node>[^)]*)\) is invalid/,
];
/** How it says that the operator set is newer than the library. */
const futureOpset = /Current official support for domain (\S+) is till opset (\d+)/;
/** How it says that the graph is malformed. */
const invalid =
  /invalid model|ShapeInferenceError|TypeInferenceError|Type Error|not a graph input|protobuf/i;

/** Explains why ONNX Runtime refused a model. */
export function loadError(model: Model, cause: unknown): MsanetError {
  const message = cause instanceof Error ? cause.message : String(cause);
  const graph = `graph ${model.graph.name}`;
  const future = futureOpset.exec(message);
  if (future) {
    return new MsanetError({
      code: 'OPERATOR_UNSUPPORTED',
      where: graph,
      expected: `operator set ${future[2]} or older of ${future[1]}`,
      got: `opset ${opsetOf(model)}`,
      remedy: 'export the model for an older operator set',
      cause,
    });
  }
  const culprit = culpritOf(message);
  if (culprit) {
    const node = culprit.node === undefined ? '' : `, node ${culprit.node}`;
    return new MsanetError({
      code: 'OPERATOR_UNSUPPORTED',
      where: `${graph}${node}`,
      expected: 'operators and element types that ONNX Runtime executes',
      got: `${culprit.operator} of opset ${opsetOf(model)}`,
      remedy: 'express the node with other operators of the ONNX standard',
      cause,
    });
  }
  return new MsanetError({
    code: invalid.test(message) ? 'GRAPH_INVALID' : 'RUNTIME_FAILED',
    where: graph,
    expected: 'a graph that ONNX Runtime loads',
    got: clauseOf(cause),
    remedy: invalid.test(message) ? 'correct the graph' : 'check memory and session options',
    cause,
  });
}

function culpritOf(message: string): Culprit | undefined {
  for (const pattern of unsupported) {
    const groups = pattern.exec(message)?.groups;
    if (groups) return groups as unknown as Culprit;
  }
  return undefined;
}
