import {
  checkClips,
  checkLoss,
  type ClipBatch,
  type ClipSize,
  type FrameGeometry,
  type FrameSampling,
  type Logits,
  type Loss,
  type LossGradient,
  type VictimModel,
} from '@msanet/core';
import type { VjpTable } from '@msanet/autodiff';
import type { GraphRuntime, GraphSession, Model, NamedTensors, SessionOptions } from '@msanet/onnx';
import { MsanetError, type Tensor } from '@msanet/tensor';
import { RowGatherer, chunkClasses, chunkClips, chunksOf, type Chunk } from './chunks.js';
import { checkForwardGraph } from './forward-graph.js';
import { classInputs, gradientGraph, lossKey } from './gradient-graph.js';
import { resolveLabels } from './labels/labels-for.js';
import { SessionCache } from './session-cache.js';

/** What makes an ONNX graph a victim model. */
export interface OnnxVictimOptions {
  /** What the victim is called. */
  readonly id: string;
  /** Class names in the order of the logits; those of UCF-101 or HMDB-51 by default where their number fits. */
  readonly labels?: readonly string[] | undefined;
  readonly input: ClipSize;
  readonly sampling: FrameSampling;
  readonly geometry: FrameGeometry;
  /**
   * Makes the forward graph for that many clips at a time: one input `clips`, float32 (batch, frames, 3, height, width)
   * with values in [0, 1], one output `logits`, float32 (batch, classes). Normalisation is part of it.
   *
   * It is asked once when the victim is created and once for every session after the first, so that no copy of the
   * weights has to be kept in between.
   */
  readonly model: (batch: number) => Model | Promise<Model>;
  readonly runtime: GraphRuntime;
  /** Clips per run of a session. Default 1: on a CPU larger ones take more memory and gain no time. */
  readonly batch?: number;
  readonly session?: SessionOptions;
  /** Gradient rules that replace or extend those of autodiff. Default none. */
  readonly rules?: VjpTable;
  /** What the user should know of the graph, one sentence each. Default none. */
  readonly notes?: readonly string[];
}

/** A victim model on an ONNX graph. */
export interface OnnxVictim extends VictimModel {
  /** What was assumed or changed when the graph was made, one sentence each. */
  readonly notes: readonly string[];
}

/** Gradient graphs kept compiled: an attack uses one loss, now and then two in turn. */
const gradientSessions = 2;

/**
 * Makes a victim model of an ONNX graph and a runtime. Sessions are compiled when they are first needed, one for
 * predictions and one per kind of loss, of which two are kept.
 *
 * @throws MsanetError `MODEL_UNSUPPORTED` when the graph's input or output is not as described, `LABELS_INVALID`, and
 *   whatever `model` throws
 */
export async function createOnnxVictim(options: OnnxVictimOptions): Promise<OnnxVictim> {
  const { batch = 1, id, input, labels } = options;
  const model = await options.model(batch);
  const classes = checkForwardGraph(model, { batch, input }, `victim ${id}`);
  return new GraphVictim(options, resolveLabels(labels, classes, `victim ${id}`), model);
}

class GraphVictim implements OnnxVictim {
  readonly id: string;
  readonly labels: readonly string[];
  readonly input: ClipSize;
  readonly sampling: FrameSampling;
  readonly geometry: FrameGeometry;
  readonly notes: readonly string[];
  readonly supports = { inputGradient: true, deterministic: true };
  readonly #options: OnnxVictimOptions;
  readonly #batch: number;
  readonly #forward = new SessionCache(1);
  readonly #gradient = new SessionCache(gradientSessions);
  /** The graph that was made first, until a session takes it. */
  #model: Model | undefined;
  #disposed = false;
  /** Settles when the calls so far are done: a session serves one at a time. */
  #idle: Promise<unknown> = Promise.resolve();

  constructor(options: OnnxVictimOptions, labels: readonly string[], model: Model) {
    this.id = options.id;
    this.labels = labels;
    this.input = options.input;
    this.sampling = options.sampling;
    this.geometry = options.geometry;
    this.notes = options.notes ?? [];
    this.#options = options;
    this.#batch = options.batch ?? 1;
    this.#model = model;
  }

  async predict(clips: ClipBatch): Promise<Logits> {
    this.#check(clips);
    return this.#inTurn(async () => {
      const { batch, logits } = this.#gatherers(clips);
      for (const chunk of chunksOf(batch, this.#batch)) {
        const session = await this.#forward.get('forward', () => this.#load());
        const result = await session.run(this.#feeds(clips, chunk));
        logits.add(floats(result, 'logits'), chunk);
      }
      return this.#logits(batch, logits);
    });
  }

  async lossGradient(clips: ClipBatch, loss: Loss): Promise<LossGradient> {
    this.#check(clips);
    checkLoss(loss, clips.shape[0], this.labels.length, `victim ${this.id}`);
    return this.#inTurn(async () => {
      const { batch, logits, losses, gradient } = this.#gatherers(clips);
      for (const chunk of chunksOf(batch, this.#batch)) {
        const session = await this.#gradient.get(lossKey(loss), () => this.#load(loss));
        const result = await session.run(this.#feeds(clips, chunk, loss));
        logits.add(floats(result, 'logits'), chunk);
        losses.add(floats(result, 'loss'), chunk);
        gradient.add(floats(result, 'gradient'), chunk);
      }
      return {
        logits: this.#logits(batch, logits),
        loss: losses.data,
        gradient: { dtype: 'float32', shape: clips.shape, data: gradient.data },
      };
    });
  }

  async dispose(): Promise<void> {
    this.#disposed = true;
    this.#model = undefined;
    await this.#inTurn(async () => {
      await this.#forward.dispose();
      await this.#gradient.dispose();
    });
  }

  /** Runs `work` when all calls before it are done. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#idle.then(work);
    this.#idle = result.catch(() => undefined);
    return result;
  }

  #check(clips: ClipBatch): void {
    if (this.#disposed) {
      throw new MsanetError({
        code: 'DISPOSED',
        where: `victim ${this.id}`,
        expected: 'a model in use',
        got: 'a disposed one',
        remedy: 'create it again',
      });
    }
    checkClips(clips, this.input, `victim ${this.id}`);
  }

  async #load(loss?: Loss): Promise<GraphSession> {
    const { model, runtime, session, rules } = this.#options;
    const forward = this.#model ?? (await model(this.#batch));
    this.#model = undefined;
    const graph = loss === undefined ? forward : gradientGraph(forward, loss, rules);
    return runtime.load(graph, session);
  }

  #feeds(clips: ClipBatch, chunk: Chunk, loss?: Loss): NamedTensors {
    const size = this.#batch;
    const shape = [size, ...clips.shape.slice(1)];
    const feeds: Record<string, Tensor> = {
      clips: { dtype: 'float32', shape, data: chunkClips(clips, chunk, size) },
    };
    for (const [name, indices] of Object.entries(loss === undefined ? {} : classInputs(loss))) {
      feeds[name] = { dtype: 'int64', shape: [size], data: chunkClasses(indices, chunk, size) };
    }
    return feeds;
  }

  #gatherers(clips: ClipBatch) {
    const [batch, frames, channels, height, width] = clips.shape;
    return {
      batch,
      logits: new RowGatherer(batch, this.labels.length),
      losses: new RowGatherer(batch, 1),
      gradient: new RowGatherer(batch, frames * channels * height * width),
    };
  }

  #logits(batch: number, rows: RowGatherer): Logits {
    return { dtype: 'float32', shape: [batch, this.labels.length], data: rows.data };
  }
}

function floats(result: NamedTensors, name: string): Float32Array | Float64Array {
  const { data } = result[name];
  if (data instanceof Float32Array || data instanceof Float64Array) return data;
  throw new MsanetError({
    code: 'RUNTIME_FAILED',
    where: `output ${name}`,
    expected: 'floating-point values',
    got: result[name].dtype,
    remedy: 'use a runtime that returns float32 or float64',
  });
}
