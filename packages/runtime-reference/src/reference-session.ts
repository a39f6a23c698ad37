import { MsanetError, isMsanetError } from '@msanet/tensor';
import type { GraphSession, Model, NamedTensors, ValueInfo } from '@msanet/onnx';
import { feedOf, refuseUnknownFeeds } from './feeds.js';
import { fromTensor, toTensor, type NdArray } from './ndarray.js';
import { OperatorCall } from './operator-call.js';
import { planModel, type Plan, type Step } from './plan.js';

/** A graph that the reference runtime executes node by node. */
export class ReferenceSession implements GraphSession {
  /** The graph inputs that must be fed: those without an initializer. */
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
  readonly #plan: Plan;
  readonly #name: string;
  #initializers: ReadonlyMap<string, NdArray> | undefined;

  /** @throws MsanetError `OPERATOR_UNSUPPORTED`, `GRAPH_INVALID` */
  constructor(model: Model) {
    const { graph } = model;
    this.#plan = planModel(model);
    this.#name = graph.name;
    this.inputs = graph.inputs.filter(({ name }) => !graph.initializers.has(name));
    this.outputs = graph.outputs;
    this.#initializers = new Map(
      Array.from(graph.initializers, ([name, value]) => [name, fromTensor(value)]),
    );
  }

  /** Runs the graph; see `GraphSession`. A `NaN` or an infinity is computed like any number. */
  run(feeds: NamedTensors): Promise<NamedTensors> {
    // An async body would also do, but this way every error becomes a rejection and no await is pretended.
    return new Promise((resolve) => resolve(this.#run(feeds)));
  }

  dispose(): Promise<void> {
    this.#initializers = undefined;
    return Promise.resolve();
  }

  #run(feeds: NamedTensors): NamedTensors {
    if (!this.#initializers) {
      throw new MsanetError({
        code: 'DISPOSED',
        where: `session of ${this.#name}`,
        expected: 'a session in use',
        got: 'a disposed one',
        remedy: 'load the model again',
      });
    }
    const values = new Map(this.#initializers);
    refuseUnknownFeeds(feeds, this.inputs);
    for (const input of this.inputs) values.set(input.name, fromTensor(feedOf(feeds, input)));
    for (const step of this.#plan.steps) {
      const results = execute(step, this.#plan.opset, values);
      step.node.outputs.forEach((name, index) => {
        if (name !== '') values.set(name, results[index]);
      });
      for (const name of step.release) values.delete(name);
    }
    return Object.fromEntries(
      this.outputs.map(({ name }) => [name, toTensor(values.get(name) as NdArray)]),
    );
  }
}

/** Runs one node and checks that it gave every output that the graph names. */
function execute(
  { node, kernel }: Step,
  opset: number,
  values: ReadonlyMap<string, NdArray>,
): readonly NdArray[] {
  const call = new OperatorCall(
    node,
    opset,
    node.inputs.map((name) => (name === '' ? undefined : values.get(name))),
  );
  let results: readonly NdArray[];
  try {
    const result = kernel(call);
    results = Array.isArray(result) ? (result as readonly NdArray[]) : [result as NdArray];
  } catch (cause) {
    if (isMsanetError(cause)) throw cause;
    throw new MsanetError({
      code: 'RUNTIME_FAILED',
      where: call.where,
      expected: 'operands that the operator is defined for',
      got: cause instanceof Error ? cause.message : String(cause),
      remedy: 'check the operands of the node',
      cause,
    });
  }
  const missing = node.outputs.findIndex((name, index) => name !== '' && !results[index]);
  if (missing < 0) return results;
  throw call.unsupported(`at most ${results.length} outputs`, `output ${missing}`);
}
