import { MsanetError, isMsanetError } from '@msanet/tensor';
import type { Model } from '../graph.js';
import { decodeModelProto } from './graph-decoder.js';
import { readMessage } from './message-reader.js';
import { modelSchema, type ModelProto } from './onnx-schema.js';
import type { ReadExternal } from './tensor-codec.js';

/** How to decode a model. */
export interface DecodeOptions {
  /** What errors call the model; `ONNX model` by default. */
  readonly name?: string;
  /** Returns the bytes of tensors that lie outside the file; without it such a model is refused. */
  readonly readExternal?: ReadExternal;
}

/**
 * Reads an ONNX model from the bytes of an `.onnx` file.
 *
 * The model's tensors are views of the bytes where alignment permits, so the bytes must not change afterwards. The
 * graph comes back in topological order and checked for single assignment.
 *
 * @throws MsanetError `ONNX_INVALID` when the bytes are no ONNX model or damaged, `GRAPH_INVALID` when the graph is not
 *   well formed, `MODEL_UNSUPPORTED` when it uses functions, sparse tensors or element types that msanet does not hold
 */
export function decodeModel(bytes: Uint8Array, options: DecodeOptions = {}): Model {
  const where = options.name ?? 'ONNX model';
  return decodeModelProto(
    parseModel(bytes, where),
    where,
    options.readExternal ?? refuseExternal(where),
  );
}

/** The messages of a model file. */
export function parseModel(bytes: Uint8Array, where: string): ModelProto {
  try {
    return readMessage(bytes, modelSchema);
  } catch (cause) {
    if (isMsanetError(cause)) throw cause;
    throw new MsanetError({
      code: 'ONNX_INVALID',
      where,
      expected: 'the protobuf messages of an ONNX model',
      got: `bytes that are none: ${cause instanceof Error ? cause.message : String(cause)}`,
      remedy: 'the file is damaged or of another kind; export the model again',
      cause,
    });
  }
}

function refuseExternal(where: string): ReadExternal {
  return ({ location }) => {
    throw new MsanetError({
      code: 'ONNX_INVALID',
      where,
      expected: 'a model in one piece',
      got: `external data in ${location}`,
      remedy: 'read the model from its file, or pass readExternal',
    });
  };
}
