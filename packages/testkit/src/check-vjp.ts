import { Random, float64, formatShape, sameShape, sizeOf, type Tensor } from '@msanet/tensor';
import type { GraphRuntime, GraphSession, Model, NamedTensors } from '@msanet/onnx';
import { expect } from 'vitest';

/** A model that computes vector-Jacobian products of another one. */
export interface GradientModel {
  /** Takes the inputs of the differentiated model and one cotangent per differentiated output. */
  readonly model: Model;
  /** The input that takes the cotangent, by the name of the differentiated output. */
  readonly cotangentInputs: Readonly<Record<string, string>>;
  /** The output that holds the gradient, by the name of the value that it belongs to. */
  readonly gradientOutputs: Readonly<Record<string, string>>;
}

/** Builds the gradient model for the named inputs (`wrt`) and outputs of a model. */
export type GradientBuilder = (
  model: Model,
  wrt: readonly string[],
  outputs: readonly string[],
) => GradientModel;

/** What `checkVjp` checks, and how strictly. */
export interface VjpCheck {
  readonly model: Model;
  readonly gradient: GradientBuilder;
  /** A float64 runtime: in single precision, differences drown in rounding. */
  readonly runtime: GraphRuntime;
  /** Graph inputs to differentiate with respect to. */
  readonly wrt: readonly string[];
  /** Graph outputs to differentiate; by default all floating-point ones. */
  readonly outputs?: readonly string[];
  /** The point at which to differentiate; at least `step` away from every kink. */
  readonly feeds: NamedTensors;
  /** Draws directions and cotangents. */
  readonly seed: number;
  /** Random directions per input; 3 by default. */
  readonly directions?: number;
  /**
   * Length of the step along a direction; 1e-5 by default, where rounding and curvature err about equally. Linear and
   * quadratic maps have exact central differences at any step, so 1 suits them best.
   */
  readonly step?: number;
  /**
   * Largest difference between the analytic and the numeric projection; 1e-6 by default. It is relative to the sum of the
   * absolute terms of the analytic one (or to 1e-2, where that is smaller), so that terms which happen to cancel do not
   * magnify rounding. Gradient graphs may thus hold constants, such as interpolation weights, in float32.
   */
  readonly tolerance?: number;
}

/**
 * Checks a gradient by random projections: for a random cotangent u and a random direction v of one input,
 * (Jᵀu)·v from the gradient model must equal u·(J v) by central differences, in float64.
 *
 * It fails the test with the operators, the input, both values and the seed. A gradient must also have the shape of its
 * input.
 */
export async function checkVjp(check: VjpCheck): Promise<void> {
  expect(check.runtime.precision, 'checkVjp needs a float64 runtime').toBe('float64');
  const { model, runtime, wrt, step = 1e-5, directions = 3 } = check;
  const outputs = check.outputs ?? floatingOutputs(model);
  const { model: gradientModel, ...names } = check.gradient(model, wrt, outputs);
  const forward = await runtime.load(model);
  const backward = await runtime.load(gradientModel);
  try {
    const point = Object.fromEntries(
      Object.entries(check.feeds).map(([name, value]) => [
        name,
        wrt.includes(name) ? widened(value) : value,
      ]),
    );
    const random = new Random(check.seed);
    for (let direction = 0; direction < directions; direction++) {
      const cotangents = await drawCotangents(forward, point, outputs, random);
      const seeds = Object.entries(cotangents).map(([output, u]) => [
        names.cotangentInputs[output],
        u,
      ]);
      const gradients = await backward.run({ ...point, ...Object.fromEntries(seeds) });
      for (const name of wrt) {
        const where = `${describeModel(model)}: gradient with respect to ${name}, seed ${check.seed}`;
        const gradient = gradients[names.gradientOutputs[name]];
        expect(gradient, `${where}: the gradient model does not return it`).toBeDefined();
        expect(
          sameShape(gradient.shape, point[name].shape),
          `${where}: shape ${formatShape(gradient.shape)}, the input's is ${formatShape(point[name].shape)}`,
        ).toBe(true);
        const v = normalLike(point[name], random);
        const analytic = dot(gradient, v);
        const numeric = await directionalDerivative(forward, point, name, v, cotangents, step);
        const scale = Math.max(dot(absolute(gradient), absolute(v)), 1e-2);
        const error = Math.abs(analytic - numeric) / scale;
        expect(
          error,
          `${where}, direction ${direction}: analytic ${analytic}, numeric ${numeric}`,
        ).toBeLessThanOrEqual(check.tolerance ?? 1e-6);
      }
    }
  } finally {
    await forward.dispose();
    await backward.dispose();
  }
}

const floating = new Set(['float32', 'float64', 'float16', 'bfloat16']);

function floatingOutputs({ graph }: Model): string[] {
  return graph.outputs.filter(({ dtype }) => floating.has(dtype)).map(({ name }) => name);
}

/** The graph's operators, for the failure message; Identity only renames outputs. */
function describeModel({ graph }: Model): string {
  const operators = new Set(graph.nodes.map(({ opType }) => opType));
  if (operators.size > 1) operators.delete('Identity');
  return [...operators].join(', ');
}

function widened({ data, shape }: Tensor): Tensor<'float64'> {
  return float64(Array.from(data, Number), shape);
}

function normalLike({ shape }: Tensor, random: Random): Tensor<'float64'> {
  return float64(random.fillNormal(new Float64Array(sizeOf(shape))), shape);
}

async function drawCotangents(
  forward: GraphSession,
  point: NamedTensors,
  outputs: readonly string[],
  random: Random,
): Promise<Record<string, Tensor<'float64'>>> {
  const values = await forward.run(point);
  return Object.fromEntries(outputs.map((name) => [name, normalLike(values[name], random)]));
}

/** u·(f(x + h·v) − f(x − h·v)) / 2h, summed over the outputs. */
async function directionalDerivative(
  forward: GraphSession,
  point: NamedTensors,
  name: string,
  v: Tensor<'float64'>,
  cotangents: Readonly<Record<string, Tensor<'float64'>>>,
  step: number,
): Promise<number> {
  const at = (signedStep: number) =>
    forward.run({ ...point, [name]: moved(point[name], v, signedStep) });
  const above = await at(step);
  const below = await at(-step);
  return Object.entries(cotangents).reduce((sum, [output, u]) => {
    const difference = Float64Array.from(
      u.data,
      (_, index) => Number(above[output].data[index]) - Number(below[output].data[index]),
    );
    return sum + dot(float64(difference, u.shape), u) / (2 * step);
  }, 0);
}

function moved({ data, shape }: Tensor, v: Tensor<'float64'>, step: number): Tensor<'float64'> {
  return float64(
    v.data.map((slope, index) => Number(data[index]) + step * slope),
    shape,
  );
}

function absolute(value: Tensor): Tensor<'float64'> {
  return float64(widened(value).data.map(Math.abs), value.shape);
}

function dot(a: Tensor, b: Tensor<'float64'>): number {
  return b.data.reduce((sum, value, index) => sum + value * Number(a.data[index]), 0);
}
