import { Adam } from '@msanet/autodiff';
import {
  clipAt,
  clipLength,
  clipSize,
  copyClips,
  selectClips,
  type AttackContext,
  type Attention,
  type AttentionMask,
  type ClipAttention,
  type ClipBatch,
  type ClipSize,
} from '@msanet/core';
import type { Tensor } from '@msanet/tensor';
import { objectiveGradient, type ObjectiveWeights } from './objective.js';
import type { MsanetOptions } from './options.js';
import { Perturbation } from './perturbation.js';
import { Schedule } from './schedule.js';

/**
 * MSANet on one clip: alternate iterative optimisation of the perturbation δ and of the attention A_θ.
 *
 * Every step asks the victim once, at the 8-bit clip x' = round(clip(x + s · M' ⊙ δ)). The answer judges the clip, and its
 * gradient g gives both derivatives: ∂δ = G ⊙ M' and ∂M = G ⊙ δ, where G is the derivative of the whole objective.
 */
export class ClipAttack {
  readonly #context: AttackContext;
  readonly #clip: number;
  readonly #options: MsanetOptions;
  readonly #attention: ClipAttention | undefined;
  readonly #size: ClipSize;
  readonly #clean: Float32Array;
  readonly #epsilon: number;
  readonly #perturbation: Perturbation;
  readonly #optimiser: Adam;
  readonly #schedule: Schedule;
  /** The clip as asked about, on the 8-bit grid. */
  readonly #candidate: ClipBatch;
  /** s · M' ⊙ δ before rounding. */
  readonly #applied: Float32Array;
  readonly #derivative: Float32Array;
  readonly #maskGradient: Tensor<'float32'>;
  #mask: AttentionMask | undefined;
  #best: { readonly clip: ClipBatch; readonly size: number } | undefined;

  constructor(
    context: AttackContext,
    clip: number,
    epsilon: number,
    attention: ClipAttention | undefined,
    options: MsanetOptions,
  ) {
    this.#context = context;
    this.#clip = clip;
    this.#options = options;
    this.#attention = attention;
    this.#epsilon = epsilon;
    this.#size = clipSize(context.clips);
    this.#clean = clipAt(context.clips, clip);
    const length = clipLength(context.clips);
    this.#perturbation = new Perturbation(length, epsilon, options.stepSize, options.direction);
    this.#optimiser = new Adam({ learningRate: options.learningRate });
    this.#schedule = new Schedule({ ...options, limit: attention === undefined ? 1 : 2 });
    this.#candidate = selectClips(context.clips, [clip]);
    this.#applied = new Float32Array(length);
    this.#derivative = new Float32Array(length);
    const { frames, height, width } = this.#size;
    this.#maskGradient = {
      dtype: 'float32',
      shape: [frames, 1, height, width],
      data: new Float32Array(frames * height * width),
    };
  }

  /** @returns the smallest adversarial clip found, else the latest one; shape (1, frames, 3, height, width) */
  async run(): Promise<ClipBatch> {
    const { steps, patience, confidence } = this.#options;
    let idle = 0;
    for (let step = 1; step <= steps; step++) {
      const { adversarial, margin, loss, gradient } = await this.#context.victim.lossGradient(
        this.#candidate,
        [this.#clip],
        { kind: 'margin' },
      );
      const succeeded = adversarial[0] && margin[0] >= confidence;
      idle = succeeded && this.#keepIfSmaller() ? 0 : idle + 1;
      this.#context.report({ step, steps, of: [this.#clip], loss });
      const done = step === steps || (this.#best !== undefined && idle >= patience);
      if (done) break;
      if (step > 1) this.#schedule.update(succeeded);
      await this.#move(gradient.data, step);
      this.#compose();
    }
    return this.#best?.clip ?? this.#candidate;
  }

  /** One step on the perturbation or on the attention, whoever's turn it is; the first is the perturbation's. */
  async #move(gradient: Float32Array, step: number): Promise<void> {
    const { perturbationSteps, attentionSteps, alternate } = this.#options;
    objectiveGradient(
      gradient,
      this.#applied,
      this.#epsilon,
      this.#weights(),
      this.#size,
      this.#derivative,
    );
    this.#perturbation.accumulate(this.#derivative);
    const turn = (step - 1) % (perturbationSteps + attentionSteps);
    const perturbs = !alternate || this.#attention === undefined || turn < perturbationSteps;
    const attends = !alternate || turn >= perturbationSteps;
    if (attends && step > 1) await this.#trainAttention();
    if (perturbs) this.#perturbation.descend(this.#derivative);
    if (attends || step === 1) await this.#look();
  }

  #weights(): ObjectiveWeights {
    const { smoothness, weightSize, weightSpatial, weightTemporal } = this.#options;
    return {
      margin: this.#schedule.multiplier,
      size: weightSize,
      spatial: smoothness ? weightSpatial : 0,
      temporal: smoothness ? weightTemporal : 0,
    };
  }

  /** One Adam step on θ with the perturbation held: ∂M = Σ over channels of G ⊙ δ / ε, plus λ_m. */
  async #trainAttention(): Promise<void> {
    if (this.#attention === undefined || this.#epsilon === 0) return;
    const { frames, height, width } = this.#size;
    const area = height * width;
    const [derivative, delta] = [this.#derivative, this.#perturbation.values];
    const out = this.#maskGradient.data;
    const scale = 1 / this.#epsilon;
    const { weightMask } = this.#options;
    for (let frame = 0; frame < frames; frame++) {
      for (let pixel = 0; pixel < area; pixel++) {
        const red = frame * 3 * area + pixel;
        const sum =
          derivative[red] * delta[red] +
          derivative[red + area] * delta[red + area] +
          derivative[red + 2 * area] * delta[red + 2 * area];
        out[frame * area + pixel] = sum * scale + weightMask;
      }
    }
    const gradient = await this.#attention.pullBack(this.#maskGradient);
    this.#optimiser.step({ attention: this.#attention.parameters }, { attention: gradient });
  }

  /** Asks the attention for its mask under the present parameters and running gradient. */
  async #look(): Promise<void> {
    if (this.#attention === undefined) return;
    const { accumulated } = this.#perturbation;
    this.#mask = await this.#attention.attend({ ...this.#candidate, data: accumulated });
  }

  /** Applies the perturbation under the mask, and rounds inside the budget. */
  #compose(): void {
    const { frames, height, width } = this.#size;
    const area = height * width;
    const { scale, maskStrength } = this.#schedule;
    const mask = this.#mask?.mask.data;
    const delta = this.#perturbation.values;
    const [clean, applied, clip] = [this.#clean, this.#applied, this.#candidate.data];
    for (let plane = 0; plane < frames * 3; plane++) {
      const start = plane * area;
      // From an element of the plane to its pixel in the mask.
      const back = start - Math.floor(plane / 3) * area;
      for (let index = start; index < start + area; index++) {
        const weight = mask === undefined ? 1 : 1 - maskStrength * (1 - mask[index - back]);
        const change = scale * weight * delta[index];
        applied[index] = change;
        clip[index] = clean[index] + change;
      }
    }
    this.#context.round(this.#candidate, [this.#clip]);
  }

  /** Keeps the candidate if it is the smallest adversarial one so far; its masks are shown with it. */
  #keepIfSmaller(): boolean {
    let size = 0;
    const [clip, clean] = [this.#candidate.data, this.#clean];
    for (let index = 0; index < clip.length; index++) size += Math.abs(clip[index] - clean[index]);
    if (this.#best !== undefined && this.#best.size <= size) return false;
    this.#best = { clip: copyClips(this.#candidate), size };
    if (this.#mask !== undefined) {
      this.#context.attach(this.#clip, 'mask', this.#mask.mask);
      for (const [name, picture] of Object.entries(this.#mask.granularities)) {
        this.#context.attach(this.#clip, name, picture);
      }
    }
    return true;
  }
}

/** Attacks one clip, focusing the attention on it for as long as it takes. */
export async function attackClip(
  context: AttackContext,
  clip: number,
  epsilon: number,
  attention: Attention | undefined,
  options: MsanetOptions,
): Promise<ClipBatch> {
  const focused = await attention?.focus(selectClips(context.clips, [clip]), context.random(clip));
  try {
    return await new ClipAttack(context, clip, epsilon, focused, options).run();
  } finally {
    await focused?.dispose();
  }
}
