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
export type { InferredValue } from './inference/infer-node.js';
// Running
export { graphRuntimeToken } from './runtime.js';
export type { GraphRuntime, GraphSession, NamedTensors, SessionOptions } from './runtime.js';
