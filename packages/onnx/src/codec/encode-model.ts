import { MsanetError } from '@msanet/tensor';
import type { Model } from '../graph.js';
import { encodeModelProto, type EncodeInitializer } from './graph-encoder.js';
import { writeMessage, type EncodedMessage } from './message-writer.js';
import { modelSchema } from './onnx-schema.js';

/** Protobuf's limit on a message, which every ONNX reader enforces. */
const largestModel = 2 ** 31 - 1;

/**
 * Writes a model as the bytes of an `.onnx` file.
 *
 * @throws MsanetError `OUTPUT_UNWRITABLE` when the model is beyond protobuf's limit of 2 GiB, `GRAPH_INVALID` when it
 *   holds a value that the format cannot, such as a float attribute beyond float32
 */
export function encodeModel(model: Model): Uint8Array {
  const { length, pieces } = encodePieces(model);
  const bytes = new Uint8Array(length);
  let start = 0;
  for (const piece of pieces) {
    bytes.set(piece, start);
    start += piece.length;
  }
  return bytes;
}

/** The bytes of an `.onnx` file in pieces; large tensors among them are not copied. */
export function encodePieces(model: Model, encodeInitializer?: EncodeInitializer): EncodedMessage {
  let encoded: EncodedMessage;
  try {
    encoded = writeMessage(encodeModelProto(model, encodeInitializer), modelSchema);
  } catch (cause) {
    throw new MsanetError({
      code: 'GRAPH_INVALID',
      where: `graph ${model.graph.name}`,
      expected: 'numbers and texts that the ONNX format can hold',
      got: cause instanceof Error ? cause.message : String(cause),
      remedy: 'correct the attributes of the graph',
      cause,
    });
  }
  if (encoded.length <= largestModel) return encoded;
  throw new MsanetError({
    code: 'OUTPUT_UNWRITABLE',
    where: `graph ${model.graph.name}`,
    expected: 'a model of less than 2 GiB, the limit of protobuf',
    got: `${encoded.length} bytes`,
    remedy: 'write it to a file with external data',
  });
}
