import { float32, isMsanetError, sizeOf, type Tensor } from '@msanet/tensor';
import { GraphBuilder, type Model, type NamedTensors, type Value } from '@msanet/onnx';
import { ReferenceRuntime } from '@msanet/runtime-reference';
import { gradientGraph, type VjpTable } from '../src/index.js';

const runtime = new ReferenceRuntime();

/** Runs a model once in float64. */
export async function run(model: Model, feeds: NamedTensors): Promise<NamedTensors> {
  const session = await runtime.load(model);
  try {
    return await session.run(feeds);
  } finally {
    await session.dispose();
  }
}

/** A float32 graph input. */
export function clipInput(builder: GraphBuilder, name: string, ...shape: number[]): Value {
  return builder.input(name, 'float32', shape);
}

/** A model with one output, `y`. */
export function modelOf(build: (builder: GraphBuilder) => Value, opset?: number): Model {
  const builder = new GraphBuilder(opset === undefined ? {} : { opset });
  builder.output(build(builder), 'y');
  return builder.build();
}

/** The gradients of the sum of all elements of `y`, by input name. */
export async function gradientsOfSum(
  model: Model,
  feeds: NamedTensors,
  rules?: VjpTable,
): Promise<Record<string, number[]>> {
  const wrt = Object.keys(feeds).filter((name) => feeds[name].dtype.startsWith('float'));
  const graph = gradientGraph(model, wrt, rules === undefined ? {} : { rules });
  const { y } = await run(model, feeds);
  const ones: Tensor = float32(new Float32Array(sizeOf(y.shape)).fill(1), y.shape);
  const results = await run(graph.model, { ...feeds, [graph.cotangentInputs['y']]: ones });
  return Object.fromEntries(
    wrt.map((name) => [name, Array.from(results[graph.gradientOutputs[name]].data, Number)]),
  );
}

/** The operators of nodes that were added to a model. */
export function addedOperators(before: Model, after: Model): string[] {
  return after.graph.nodes
    .slice(before.graph.nodes.length)
    .map(({ opType }) => opType)
    .filter((opType) => opType !== 'Identity');
}

/** The code and sentence of the error that an action throws; empty when it throws none. */
export function refusal(action: () => unknown): { code: string; message: string } {
  try {
    action();
  } catch (error) {
    if (isMsanetError(error)) return { code: error.code, message: error.message };
    throw error;
  }
  return { code: '', message: '' };
}
