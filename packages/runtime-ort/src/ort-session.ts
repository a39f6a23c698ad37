import { MsanetError, type Tensor } from '@msanet/tensor';
import type { GraphSession, Model, NamedTensors, ValueInfo } from '@msanet/onnx';
import type { InferenceSession } from 'onnxruntime-node';
import { checkExchanged, fromOrt, toOrt } from './element-types.js';
import { checkedFeeds } from './feeds.js';
import type { Ort } from './load-ort.js';
import { runError } from './run-error.js';

/** What a session needs to know of its model. It leaves the initializers behind, so that they can be freed. */
export interface GraphInterface {
  readonly name: string;
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
}

/**
 * The interface of a model's graph. An input with an initializer is a constant here and not fed.
 *
 * @throws MsanetError `DTYPE_MISMATCH` when an input or output cannot be exchanged with ONNX Runtime
 */
export function interfaceOf({ graph }: Model): GraphInterface {
  const inputs = graph.inputs.filter(({ name }) => !graph.initializers.has(name));
  checkExchanged([...inputs, ...graph.outputs], graph.name);
  return { name: graph.name, inputs, outputs: graph.outputs };
}

/** A graph that ONNX Runtime has compiled. */
export class OrtSession implements GraphSession {
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
  readonly #ort: Ort;
  readonly #session: InferenceSession;
  readonly #name: string;
  readonly #running = new Set<Promise<unknown>>();
  #fresh = true;
  #released: Promise<void> | undefined;

  constructor(ort: Ort, session: InferenceSession, { name, inputs, outputs }: GraphInterface) {
    this.#ort = ort;
    this.#session = session;
    this.#name = name;
    this.inputs = inputs;
    this.outputs = outputs;
  }

  /**
   * Runs the graph; see `GraphSession`. The feeds are handed over without a copy, the results lie in memory of their own.
   *
   * The native call blocks the event loop from start to end: no timer, signal or message is served meanwhile.
   */
  async run(feeds: NamedTensors): Promise<NamedTensors> {
    if (this.#released) {
      throw new MsanetError({
        code: 'DISPOSED',
        where: `session of graph ${this.#name}`,
        expected: 'a session in use',
        got: 'a disposed one',
        remedy: 'load the model again',
      });
    }
    const tensors = checkedFeeds(feeds, this.inputs);
    this.#makeRoom();
    try {
      return await this.#finished(tensors);
    } catch (cause) {
      throw runError(this.#name, cause);
    }
  }

  /**
   * Before the first run takes its memory, gives back what loading left behind: the model that was compiled, and its
   * encoding. The engine sees no reason to collect them, because nothing is allocated in JavaScript meanwhile. Works
   * where Node.js was started with `--expose-gc`.
   */
  #makeRoom(): void {
    if (this.#fresh) globalThis.gc?.();
    this.#fresh = false;
  }

  dispose(): Promise<void> {
    this.#released ??= this.#release();
    return this.#released;
  }

  async #finished(tensors: readonly Tensor[]): Promise<NamedTensors> {
    const running = this.#session.run(
      Object.fromEntries(
        this.inputs.map(({ name }, index) => [name, toOrt(this.#ort, tensors[index])]),
      ),
    );
    this.#running.add(running);
    try {
      const results = await running;
      return Object.fromEntries(this.outputs.map(({ name }) => [name, fromOrt(results[name])]));
    } finally {
      this.#running.delete(running);
    }
  }

  /** A run that was asked for before is let finish: the binding starts it in a later turn of the event loop. */
  async #release(): Promise<void> {
    await Promise.allSettled(this.#running);
    await this.#session.release();
  }
}
