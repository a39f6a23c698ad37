// The graph
export { opsetOf } from './graph.js';
export type { Dimension, Graph, Model, Node, ValueInfo, ValueType } from './graph.js';
export {
  attributeOf,
  float,
  floats,
  int,
  ints,
  string,
  strings,
  tensorAttribute,
} from './attributes.js';
export type { Attribute, AttributeValues, Attributes } from './attributes.js';
// Building
export { GraphBuilder, defaultOpset } from './builder.js';
export type { Value } from './builder.js';
// Shapes
export { inferGraph } from './inference/infer-graph.js';
export { inferNode } from './inference/infer-node.js';
export { knownOperators } from './inference/operator-table.js';
export { NodeContext } from './inference/node-context.js';
export type { InferredValue } from './inference/inferred-value.js';
// What an operator's attributes and constant operands resolve to
export { einsumPlan } from './inference/einsum.js';
export { padsOf } from './inference/pads.js';
export { reducedAxes } from './inference/rules/reduction.js';
export { resizePlan } from './inference/rules/resize.js';
export { slicesOf } from './inference/slices.js';
export { transposedWindowOf, windowOf } from './inference/window.js';
export { dataTypeOfCode, elementTypeCode } from './element-types.js';
export type { EinsumPlan } from './inference/einsum.js';
export type { PadPlan } from './inference/pads.js';
export type { ResizePlan } from './inference/rules/resize.js';
export type { AxisSlice } from './inference/slices.js';
export type { TransposedWindow, Window } from './inference/window.js';
// Files
export { decodeModel } from './codec/decode-model.js';
export { encodeModel } from './codec/encode-model.js';
export { readModelFile, writeModelFile } from './codec/model-file.js';
export { orderNodes } from './order-nodes.js';
export { valuesReadBy } from './value-reads.js';
export type { DecodeOptions } from './codec/decode-model.js';
export type { ExternalReference } from './codec/external-data.js';
export type { ReadExternal } from './codec/tensor-codec.js';
export type { WriteOptions } from './codec/model-file.js';
// Passes
export { explicitPoolPads } from './passes/explicit-pool-pads.js';
export { fixShapes } from './passes/fix-shapes.js';
export { foldBatchNormalization } from './passes/fold-batch-normalization.js';
export { foldConstants } from './passes/fold-constants.js';
export { inlineControlFlow } from './passes/inline-control-flow.js';
export { pruneGraph } from './passes/prune-graph.js';
export type { FixedShapes } from './passes/fix-shapes.js';
// Running
export { graphRuntimeToken } from './runtime.js';
export type { GraphRuntime, GraphSession, NamedTensors, SessionOptions } from './runtime.js';
