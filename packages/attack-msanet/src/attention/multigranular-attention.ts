import {
  clipSize,
  type Attention,
  type AttentionMask,
  type ClipAttention,
  type ClipBatch,
  type ClipSize,
} from '@msanet/core';
import { appendGradients } from '@msanet/autodiff';
import { GraphBuilder, type GraphRuntime, type GraphSession, type Model } from '@msanet/onnx';
import { MsanetError, expectDataType, type Random, type Tensor } from '@msanet/tensor';
import { featuresOf, saliencyOf } from './features.js';
import { headsOf, type Head } from './heads.js';
import { attentionNetwork } from './network.js';
import {
  initialParameters,
  parameterSpecs,
  splitParameters,
  type ParameterSpec,
} from './parameters.js';

/** Which variant of the attention to build. */
export interface AttentionOptions {
  readonly granularity: 'both' | 'coarse' | 'fine';
  readonly axes: 'both' | 'spatial' | 'temporal';
  /** Whether it sees frame differences. */
  readonly motion: boolean;
  /** Whether it sees the magnitude of the victim's gradient. */
  readonly saliency: boolean;
}

/** Sessions of one network, shared by all clips of the same size. */
interface NetworkSessions {
  readonly forward: GraphSession;
  readonly backward: GraphSession;
}

/**
 * Multiplexed spatiotemporal attention at a coarse and at a fine granularity (Wu et al., IEEE IoT Journal 2023; the
 * network itself is ours, see the README).
 *
 * The network runs, and is differentiated, as an ONNX graph on the graph runtime it is given.
 */
export class MultigranularAttention implements Attention {
  readonly id = 'multigranular';
  readonly requires: Attention['requires'];
  readonly granularities: readonly Head[];
  readonly #runtime: GraphRuntime;
  readonly #options: AttentionOptions;
  readonly #sessions = new Map<string, Promise<NetworkSessions>>();

  constructor(runtime: GraphRuntime, options: AttentionOptions) {
    this.#runtime = runtime;
    this.#options = options;
    this.requires = { inputGradient: options.saliency };
    this.granularities = headsOf(options.granularity, options.axes);
  }

  async focus(clip: ClipBatch, random: Random): Promise<ClipAttention> {
    const { motion, saliency } = this.#options;
    const size = clipSize(clip);
    const features = featuresOf(clip, motion);
    const channels = features.shape[1] + (saliency ? 1 : 0);
    const specs = parameterSpecs(this.granularities, channels);
    return new FocusedAttention({
      size,
      specs,
      heads: this.granularities,
      features,
      channels,
      saliency,
      parameters: initialParameters(specs, channels, saliency, random),
      sessions: await this.#sessionsFor(size, channels),
    });
  }

  /** Releases the compiled networks. */
  async dispose(): Promise<void> {
    const sessions = [...this.#sessions.values()];
    this.#sessions.clear();
    for (const pending of sessions) {
      const { forward, backward } = await pending;
      await forward.dispose();
      await backward.dispose();
    }
  }

  #sessionsFor(size: ClipSize, channels: number): Promise<NetworkSessions> {
    const key = `${size.frames}x${size.height}x${size.width}x${channels}`;
    let sessions = this.#sessions.get(key);
    if (sessions === undefined) {
      sessions = this.#compile(attentionNetwork({ size, channels, heads: this.granularities }));
      this.#sessions.set(key, sessions);
    }
    return sessions;
  }

  async #compile(network: Model): Promise<NetworkSessions> {
    // Victim and attention take turns on the same cores, so neither may keep them spinning.
    const options = { spinning: false };
    return {
      forward: await this.#runtime.load(network, options),
      backward: await this.#runtime.load(maskGradientGraph(network), options),
    };
  }
}

/** The graph from features, parameters and `mask-gradient` to the gradient of every parameter, named `gradient.<name>`. */
function maskGradientGraph(network: Model): Model {
  const builder = GraphBuilder.from(network);
  builder.clearOutputs();
  const mask = builder.find('mask');
  const wrt = network.graph.inputs
    .filter((input) => input.name !== 'features')
    .flatMap((input) => builder.find(input.name) ?? []);
  if (mask === undefined) return network;
  const cotangent = builder.input('mask-gradient', 'float32', mask.shape);
  const gradients = appendGradients(builder, { outputs: [{ value: mask, cotangent }], wrt });
  for (const [name, gradient] of gradients) builder.output(gradient, `gradient.${name}`);
  return builder.build();
}

interface FocusedState {
  readonly size: ClipSize;
  readonly specs: readonly ParameterSpec[];
  readonly heads: readonly Head[];
  /** Features of the clip, shape (frames, channels − saliency, height, width). */
  readonly features: Tensor<'float32'>;
  readonly channels: number;
  readonly saliency: boolean;
  readonly parameters: Float32Array;
  readonly sessions: NetworkSessions;
}

class FocusedAttention implements ClipAttention {
  readonly parameters: Float32Array;
  readonly #state: FocusedState;
  readonly #feeds: Record<string, Tensor>;
  readonly #input: Tensor<'float32'>;

  constructor(state: FocusedState) {
    this.#state = state;
    this.parameters = state.parameters;
    const { size, channels, features } = state;
    const shape = [size.frames, channels, size.height, size.width];
    const area = size.height * size.width;
    const own = features.shape[1];
    this.#input = {
      dtype: 'float32',
      shape,
      data: new Float32Array(size.frames * channels * area),
    };
    for (let frame = 0; frame < size.frames; frame++) {
      this.#input.data.set(
        features.data.subarray(frame * own * area, (frame + 1) * own * area),
        frame * channels * area,
      );
    }
    this.#feeds = { features: this.#input, ...splitParameters(state.specs, state.parameters) };
  }

  async attend(gradient?: ClipBatch): Promise<AttentionMask> {
    const { saliency, sessions, heads } = this.#state;
    if (saliency) this.#see(gradient);
    const outputs = await sessions.forward.run(this.#feeds);
    const picture = (name: string): Tensor<'float32'> => asFloat32(outputs[name]);
    return {
      mask: picture('mask'),
      granularities: Object.fromEntries(heads.map((head) => [head, picture(head)])),
    };
  }

  async pullBack(maskGradient: Tensor<'float32'>): Promise<Float32Array> {
    const { sessions, specs } = this.#state;
    const outputs = await sessions.backward.run({ ...this.#feeds, 'mask-gradient': maskGradient });
    const flat = new Float32Array(this.parameters.length);
    let start = 0;
    for (const spec of specs) {
      const gradient = asFloat32(outputs[`gradient.${spec.name}`]).data;
      flat.set(gradient, start);
      start += gradient.length;
    }
    return flat;
  }

  dispose(): Promise<void> {
    return Promise.resolve();
  }

  /** Puts the saliency into the last feature channel of every frame. */
  #see(gradient: ClipBatch | undefined): void {
    const { size, channels } = this.#state;
    if (gradient === undefined) {
      throw new MsanetError({
        code: 'CAPABILITY_MISSING',
        where: 'attention multigranular',
        expected: 'the input gradient of the victim',
        got: 'none',
        remedy: 'pass it, or switch the saliency off',
      });
    }
    const area = size.height * size.width;
    const magnitude = saliencyOf(gradient.data, size).data;
    for (let frame = 0; frame < size.frames; frame++) {
      this.#input.data.set(
        magnitude.subarray(frame * area, (frame + 1) * area),
        (frame * channels + channels - 1) * area,
      );
    }
  }
}

/** A runtime of double precision gives float64; what leaves the attention is float32. */
function asFloat32(value: Tensor): Tensor<'float32'> {
  if (value.dtype === 'float64') {
    const { data, shape } = expectDataType(value, 'float64', 'attention');
    return { dtype: 'float32', shape, data: Float32Array.from(data) };
  }
  return expectDataType(value, 'float32', 'attention');
}
