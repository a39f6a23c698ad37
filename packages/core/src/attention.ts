import type { Random, Tensor } from '@msanet/tensor';
import type { ClipBatch } from './clip.js';

/** What an attention says about a clip. */
export interface AttentionMask {
  /** Where the attack acts: float32 in [0, 1], shape (frames, 1, height, width). */
  readonly mask: Tensor<'float32'>;
  /**
   * The parts it is made of, by granularity, for display: float32 in [0, 1], each of shape
   * (frames, 1, height, width).
   */
  readonly granularities: Readonly<Record<string, Tensor<'float32'>>>;
}

/** An attention at work on one clip, with parameters of its own. */
export interface ClipAttention {
  /** The trainable parameters, flat. The caller's optimiser changes them in place between calls. */
  readonly parameters: Float32Array;
  /**
   * The mask for the present parameters.
   *
   * @param gradient the victim's latest input gradient, shape (1, frames, 3, height, width); required when the attention
   *   declares it
   */
  attend(gradient?: ClipBatch): Promise<AttentionMask>;
  /**
   * Pulls a gradient on the mask back to the parameters, at the point of the latest `attend`.
   *
   * @param maskGradient derivative of the objective with respect to the mask, shape (frames, 1, height, width)
   * @returns derivative with respect to the parameters, flat, as long as `parameters`
   */
  pullBack(maskGradient: Tensor<'float32'>): Promise<Float32Array>;
  /** Releases what it holds. Safe to call twice. */
  dispose(): Promise<void>;
}

/** Decides where in a clip, in space and in time, a perturbation acts. */
export interface Attention {
  readonly id: string;
  readonly requires: {
    /** Whether `attend` needs the victim's input gradient. */
    readonly inputGradient: boolean;
  };
  /** The names of the granularities that every mask comes with. */
  readonly granularities: readonly string[];
  /**
   * Prepares for one clip; deterministic given the generator.
   *
   * @param clip shape (1, frames, 3, height, width)
   */
  focus(clip: ClipBatch, random: Random): Promise<ClipAttention>;
}
