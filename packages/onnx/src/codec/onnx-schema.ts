import { many, one, packed, type MessageSchema } from './message-schema.js';

/**
 * The messages of the ONNX file format (onnx.proto of ONNX 1.19, IR version 12) with the fields that msanet reads or
 * writes. Fields that are absent here are skipped: documentation, value_info (shapes are inferred), quantisation
 * annotations and training information do not change what a model computes at inference.
 */

/** A `key: value` text. */
export interface StringEntryProto {
  key?: string | undefined;
  value?: string | undefined;
}
const stringEntry: MessageSchema<StringEntryProto> = {
  key: one(1, 'string'),
  value: one(2, 'string'),
};

/** A tensor; its elements are in `rawData`, in the list of its element type, or in a file of their own. */
export interface TensorProto {
  dims: bigint[];
  dataType?: number | undefined;
  floatData?: number[];
  int32Data?: number[];
  stringData?: Uint8Array[];
  int64Data?: bigint[];
  name?: string | undefined;
  rawData?: Uint8Array | undefined;
  doubleData?: number[];
  uint64Data?: bigint[];
  externalData?: StringEntryProto[];
  dataLocation?: number | undefined;
}
const tensor: MessageSchema<TensorProto> = {
  dims: many(1, 'int64'),
  dataType: one(2, 'int32'),
  floatData: packed(4, 'float'),
  int32Data: packed(5, 'int32'),
  stringData: many(6, 'bytes'),
  int64Data: packed(7, 'int64'),
  name: one(8, 'string'),
  rawData: one(9, 'bytes'),
  doubleData: packed(10, 'double'),
  uint64Data: packed(11, 'uint64'),
  externalData: many(13, () => stringEntry),
  dataLocation: one(14, 'int32'),
};

/** One axis of a declared shape. */
export interface DimensionProto {
  dimValue?: bigint | undefined;
  dimParam?: string | undefined;
}
const dimension: MessageSchema<DimensionProto> = {
  dimValue: one(1, 'int64'),
  dimParam: one(2, 'string'),
};

/** A declared shape. */
export interface ShapeProto {
  dim: DimensionProto[];
}
const shape: MessageSchema<ShapeProto> = { dim: many(1, () => dimension) };

/** The type of a tensor value. */
export interface TensorTypeProto {
  elemType?: number | undefined;
  shape?: ShapeProto | undefined;
}
const tensorType: MessageSchema<TensorTypeProto> = {
  elemType: one(1, 'int32'),
  shape: one(2, () => shape),
};

/** The type of a value; absent members stand for maps and other types that msanet does not read. */
export interface TypeProto {
  tensorType?: TensorTypeProto | undefined;
  sequenceType?: SequenceTypeProto | undefined;
}
const type: MessageSchema<TypeProto> = {
  tensorType: one(1, () => tensorType),
  sequenceType: one(4, () => sequenceType),
};

/** The type of a list of values. */
export interface SequenceTypeProto {
  elemType?: TypeProto | undefined;
}
const sequenceType: MessageSchema<SequenceTypeProto> = { elemType: one(1, () => type) };

/** A graph input or output. */
export interface ValueInfoProto {
  name?: string | undefined;
  type?: TypeProto | undefined;
}
const valueInfo: MessageSchema<ValueInfoProto> = {
  name: one(1, 'string'),
  type: one(2, () => type),
};

/** A node attribute; `type` says which member holds it. */
export interface AttributeProto {
  name?: string | undefined;
  f?: number | undefined;
  i?: bigint | undefined;
  s?: Uint8Array | undefined;
  t?: TensorProto | undefined;
  g?: GraphProto | undefined;
  floats?: number[];
  ints?: bigint[];
  strings?: Uint8Array[];
  tensors?: TensorProto[];
  graphs?: GraphProto[];
  type?: number | undefined;
  refAttrName?: string | undefined;
}
const attribute: MessageSchema<AttributeProto> = {
  name: one(1, 'string'),
  f: one(2, 'float'),
  i: one(3, 'int64'),
  s: one(4, 'bytes'),
  t: one(5, () => tensor),
  g: one(6, () => graph),
  floats: many(7, 'float'),
  ints: many(8, 'int64'),
  strings: many(9, 'bytes'),
  tensors: many(10, () => tensor),
  graphs: many(11, () => graph),
  type: one(20, 'int32'),
  refAttrName: one(21, 'string'),
};

/** One operator call. */
export interface NodeProto {
  input: string[];
  output: string[];
  name?: string | undefined;
  opType?: string | undefined;
  attribute: AttributeProto[];
  domain?: string | undefined;
}
const node: MessageSchema<NodeProto> = {
  input: many(1, 'string'),
  output: many(2, 'string'),
  name: one(3, 'string'),
  opType: one(4, 'string'),
  attribute: many(5, () => attribute),
  domain: one(7, 'string'),
};

/** A graph. Sparse initializers are read only as bytes, to be refused by name. */
export interface GraphProto {
  node: NodeProto[];
  name?: string | undefined;
  initializer: TensorProto[];
  input: ValueInfoProto[];
  output: ValueInfoProto[];
  sparseInitializer?: Uint8Array[];
}
const graph: MessageSchema<GraphProto> = {
  node: many(1, () => node),
  name: one(2, 'string'),
  initializer: many(5, () => tensor),
  input: many(11, () => valueInfo),
  output: many(12, () => valueInfo),
  sparseInitializer: many(15, 'bytes'),
};

/** The version of an operator set. */
export interface OperatorSetProto {
  domain?: string | undefined;
  version?: bigint | undefined;
}
const operatorSet: MessageSchema<OperatorSetProto> = {
  domain: one(1, 'string'),
  version: one(2, 'int64'),
};

/** A model file. Functions are read only as bytes, to be refused. */
export interface ModelProto {
  irVersion?: bigint | undefined;
  producerName?: string | undefined;
  graph?: GraphProto | undefined;
  opsetImport: OperatorSetProto[];
  metadataProps: StringEntryProto[];
  functions?: Uint8Array[];
}

/** The schema of a whole model file. */
export const modelSchema: MessageSchema<ModelProto> = {
  irVersion: one(1, 'int64'),
  producerName: one(2, 'string'),
  graph: one(7, () => graph),
  opsetImport: many(8, () => operatorSet),
  metadataProps: many(14, () => stringEntry),
  functions: many(25, 'bytes'),
};

/** `AttributeProto.AttributeType` of the kinds that msanet reads. */
export const attributeTypes = {
  float: 1,
  int: 2,
  string: 3,
  tensor: 4,
  graph: 5,
  floats: 6,
  ints: 7,
  strings: 8,
  tensors: 9,
  graphs: 10,
} as const;

/** `TensorProto.DataLocation` of a tensor whose elements are in a file of their own. */
export const externalLocation = 1;
