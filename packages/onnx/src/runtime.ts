import type { Tensor } from '@msanet/tensor';
import type { Model, ValueInfo } from './graph.js';

/** Tensors by the name of the graph input or output. */
export type NamedTensors = Readonly<Record<string, Tensor>>;

/** Settings of one session. Each runtime takes what it knows and ignores nothing silently: an unknown value is an error. */
export interface SessionOptions {
  /** Threads for one operator; the runtime's default when absent. */
  readonly threads?: number;
  /** Whether idle threads may spin; switch it off where sessions of one process take turns. Default true. */
  readonly spinning?: boolean;
}

/** A graph that a runtime has compiled. One session serves one set of fixed shapes. */
export interface GraphSession {
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
  /**
   * Runs the graph.
   *
   * @param feeds one tensor per graph input; the runtime only reads them, and only until the promise settles
   * @returns one tensor per graph output, owned by the caller
   * @throws MsanetError `SHAPE_MISMATCH`, `DTYPE_MISMATCH`, `RUNTIME_FAILED` or `DISPOSED`
   */
  run(feeds: NamedTensors): Promise<NamedTensors>;
  /** Releases the session's memory. Safe to call twice. */
  dispose(): Promise<void>;
}

/** Something that can execute ONNX graphs of fixed shapes. */
export interface GraphRuntime {
  readonly id: string;
  /** The device that really executes, such as `cpu` or `cuda:0`. */
  readonly device: string;
  /**
   * The precision of floating-point arithmetic. A `float64` runtime computes every floating-point value in double
   * precision whatever the graph declares, and returns float64 tensors.
   */
  readonly precision: 'float32' | 'float64';
  /**
   * Compiles a model.
   *
   * @throws MsanetError `OPERATOR_UNSUPPORTED` naming node, operator and opset; `GRAPH_INVALID`; `RUNTIME_FAILED`
   */
  load(model: Model, options?: SessionOptions): Promise<GraphSession>;
}

/** The token under which the composition root provides the graph runtime (a `Token<GraphRuntime>` of core). */
export const graphRuntimeToken = Symbol.for('msanet.graph-runtime') as symbol & {
  readonly provides?: GraphRuntime;
};
