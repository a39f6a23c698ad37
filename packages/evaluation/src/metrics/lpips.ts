import type { ClipSize } from '@msanet/core';
import {
  fixShapes,
  type GraphRuntime,
  type GraphSession,
  type Model,
  type SessionOptions,
} from '@msanet/onnx';
import { MsanetError, sizeOf, tensor } from '@msanet/tensor';
import { checkLength, type ClipPair, type MetricDescription } from './metric.js';

/** A metric that a network computes: it takes its time, and holds memory until it is disposed. */
export interface NetworkMetric extends MetricDescription {
  /**
   * @returns the value, or `null` where the metric is undefined for such a clip
   * @throws MsanetError `SHAPE_MISMATCH` for a clip of another size than it was opened for; `DISPOSED`; `RUNTIME_FAILED`
   */
  measure(pair: ClipPair): Promise<number | null>;
  /** Releases the network. Safe to call twice. */
  dispose(): Promise<void>;
}

/** What LPIPS is; the figures depend on the network in the user's file. */
export const lpipsDescription: MetricDescription = {
  id: 'lpips',
  title: 'LPIPS',
  unit: 'distance',
  range: '0 … ∞, rarely above 1; 0 for identical clips',
  better: 'lower',
  formula: 'mean_t d(2x_t − 1, 2x′_t − 1), d the network in the file',
  source: 'Zhang, Isola, Efros, Shechtman, Wang, CVPR 2018',
  note: 'Needs an ONNX export of the network: two pictures of shape (1, 3, height, width) in [−1, 1] in, one distance out. Say which one it is: AlexNet and VGG give different figures.',
};

/** What LPIPS is computed with. */
export interface LpipsSetup {
  readonly runtime: GraphRuntime;
  /** The network, as exported: two float32 inputs of shape (batch, 3, height, width), one output with one value. */
  readonly model: Model;
  /** The height and width of the frames that are compared. */
  readonly size: Pick<ClipSize, 'height' | 'width'>;
  readonly session?: SessionOptions;
}

/**
 * Opens LPIPS for frames of one size.
 *
 * @throws MsanetError `MODEL_UNSUPPORTED` if the model is no comparison of two pictures; `SHAPE_MISMATCH` if it is for
 *   another size; and what the runtime throws when it loads a model
 */
export async function openLpips(setup: LpipsSetup): Promise<NetworkMetric> {
  const { runtime, model, size } = setup;
  const { height, width } = size;
  const [first, second] = inputsOf(model);
  const shape = [1, 3, height, width];
  const fixed = fixShapes(model, { inputs: { [first]: shape, [second]: shape } });
  const session = await runtime.load(fixed, setup.session);
  const length = 3 * height * width;

  const measure = async (pair: ClipPair): Promise<number> => {
    checkPair(pair, size);
    let sum = 0;
    for (let frame = 0; frame < pair.frames; frame++) {
      const clean = pair.clean.subarray(frame * length, (frame + 1) * length);
      const adversarial = pair.adversarial.subarray(frame * length, (frame + 1) * length);
      // The distance of a picture from itself is zero, and many attacks leave frames alone.
      if (clean.every((value, index) => value === adversarial[index])) continue;
      sum += await distance(session, {
        [first]: tensor('float32', shape, clean.map(toNetworkRange)),
        [second]: tensor('float32', shape, adversarial.map(toNetworkRange)),
      });
    }
    return sum / pair.frames;
  };
  return { ...lpipsDescription, measure, dispose: () => session.dispose() };
}

function toNetworkRange(value: number): number {
  return 2 * value - 1;
}

/** The names of the two pictures. */
function inputsOf({ graph }: Model): readonly [string, string] {
  const given = graph.inputs.filter(({ name }) => !graph.initializers.has(name));
  const pictures = given.filter(({ dtype, shape }) => dtype === 'float32' && shape?.length === 4);
  if (given.length !== 2 || pictures.length !== 2 || graph.outputs.length !== 1) {
    throw new MsanetError({
      code: 'MODEL_UNSUPPORTED',
      where: `LPIPS model ${graph.name}`,
      expected: 'two float32 inputs of shape (batch, 3, height, width) and one output',
      got: `${pictures.length} such inputs of ${given.length}, and ${graph.outputs.length} outputs`,
      remedy: 'export the distance itself, without its intermediate features',
    });
  }
  return [given[0].name, given[1].name];
}

async function distance(
  session: GraphSession,
  feeds: Parameters<GraphSession['run']>[0],
): Promise<number> {
  const [output] = Object.entries(await session.run(feeds));
  const [name, { data, shape }] = output;
  if (sizeOf(shape) === 1) return Number(data[0]);
  throw new MsanetError({
    code: 'MODEL_UNSUPPORTED',
    where: `LPIPS model, output ${name}`,
    expected: 'one value',
    got: `${sizeOf(shape)} values`,
    remedy: 'export the network with its spatial average',
  });
}

function checkPair(pair: ClipPair, { height, width }: Pick<ClipSize, 'height' | 'width'>): void {
  checkLength('lpips', 'clean', pair.clean, pair);
  checkLength('lpips', 'adversarial', pair.adversarial, pair);
  if (pair.height === height && pair.width === width) return;
  throw new MsanetError({
    code: 'SHAPE_MISMATCH',
    where: 'metric lpips',
    expected: `frames of ${height}×${width}`,
    got: `${pair.height}×${pair.width}`,
    remedy: 'open LPIPS once for each size of frames',
  });
}
