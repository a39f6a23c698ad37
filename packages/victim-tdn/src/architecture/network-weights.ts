import { MsanetError, float32, formatShape, int64, sameShape, type Tensor } from '@msanet/tensor';
import type { GraphBuilder, Value } from '@msanet/onnx';
import { reshape } from '@msanet/victim-onnx';
import type { TdnWeights } from './weights.js';

/** What the input of a layer is to be multiplied by: as a whole, or one number per input channel. */
export type InputScale = number | readonly number[];

/**
 * The weights of a network as values of its graph. Each is there once, however many layers use it.
 *
 * Factors of a layer's input are left to its weights. For inference they are multiplied beforehand. For training the
 * initializers are the weights as they were given, under their own names, and nodes of the graph multiply them.
 */
export class NetworkWeights {
  readonly #builder: GraphBuilder;
  readonly #weights: TdnWeights;
  readonly #trainable: boolean;

  constructor(builder: GraphBuilder, weights: TdnWeights, trainable: boolean) {
    this.#builder = builder;
    this.#weights = weights;
    this.#trainable = trainable;
  }

  /**
   * The weight of that name.
   *
   * @throws MsanetError `GRAPH_INVALID` when there is none of that shape
   */
  get(name: string, shape: readonly number[]): Value {
    return this.#once(name, () => this.#builder.constant(this.#tensor(name, shape), name));
  }

  /** A convolution's weight (out, in, height, width) for an input that is to be multiplied. */
  scaled(name: string, shape: readonly number[], scale: InputScale): Value {
    if (scale === 1) return this.get(name, shape);
    const factors = typeof scale === 'number' ? [scale] : scale;
    if (!this.#trainable) {
      return this.#once(name, () =>
        this.#builder.constant(scaleInput(this.#tensor(name, shape), factors), name),
      );
    }
    return this.#once(`${name}.scaled`, (scaled) => {
      const factor = this.#builder.constant(
        float32(factors, [1, factors.length, 1, 1]),
        `${name}.scale`,
      );
      return this.#builder.apply('Mul', [this.get(name, shape), factor], {}, scaled);
    });
  }

  /** One tap of kernels along time (channels, 1, taps) times a number, as (1, channels, 1, 1). */
  tap(name: string, shape: readonly number[], index: number, scale: number): Value {
    const [channels, , taps] = shape;
    const tap = `${name}.tap${index}`;
    if (!this.#trainable) {
      const { data } = this.#tensor(name, shape);
      const values = Array.from({ length: channels }, (_, c) => data[taps * c + index] * scale);
      return this.#once(tap, () =>
        this.#builder.constant(float32(values, [1, channels, 1, 1]), tap),
      );
    }
    const operands = [index, index + 1, 2].map((value) =>
      this.#builder.constant(int64([value]), `${tap}.range`),
    );
    const slice = this.#builder.apply('Slice', [this.get(name, shape), ...operands], {}, tap);
    const values = reshape(this.#builder, slice, [1, channels, 1, 1], `${tap}.per-channel`);
    const factor = this.#builder.constant(float32([scale], []), `${tap}.scale`);
    return this.#builder.apply('Mul', [values, factor], {}, `${tap}.scaled`);
  }

  /** The value of that name, made when it is first asked for. */
  #once(name: string, make: (name: string) => Value): Value {
    return this.#builder.find(name) ?? make(name);
  }

  #tensor(name: string, shape: readonly number[]): Tensor<'float32'> {
    const tensor = this.#weights.get(name);
    if (tensor !== undefined && sameShape(tensor.shape, shape)) return tensor;
    throw new MsanetError({
      code: 'GRAPH_INVALID',
      where: `TDN, weight ${name}`,
      expected: `shape ${formatShape(shape)}`,
      got: tensor === undefined ? 'no such weight' : `shape ${formatShape(tensor.shape)}`,
      remedy: 'pass the weights of this configuration',
    });
  }
}

function scaleInput(tensor: Tensor<'float32'>, factors: readonly number[]): Tensor<'float32'> {
  const [, inputs, height, width] = tensor.shape;
  const factorOf = (index: number): number => {
    const input = Math.floor(index / (height * width)) % inputs;
    return factors[input % factors.length];
  };
  return { ...tensor, data: tensor.data.map((value, index) => value * factorOf(index)) };
}
