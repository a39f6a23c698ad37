import type { ClipBatch, ClipSize } from './clip.js';
import type { Logits } from './logits.js';
import type { Loss } from './loss.js';

/** What a victim model can do beyond predicting. Declared once; it never changes after construction. */
export interface VictimCapabilities {
  /** Whether `lossGradient` works. Without it only query-based attacks apply. */
  readonly inputGradient: boolean;
  /** Whether the same clip always gives the same logits. */
  readonly deterministic: boolean;
}

/** How a victim picks its frames from a longer video. */
export interface FrameSampling {
  /** What the rule is called, for people: `8 segments, middle frame`. */
  readonly description: string;
  /**
   * The frames that the victim looks at.
   *
   * @param frameCount frames of the whole video, at least 1
   * @returns 0-based indices, one per input frame, in the order of the input
   */
  indices(frameCount: number): number[];
}

/** Preparation of a video for a victim: short side scaled to `shortSide`, then a centre crop of the input size. */
export interface FrameGeometry {
  /** Pixels of the shorter side after scaling. */
  readonly shortSide: number;
}

/** A loss gradient: one forward and one backward pass. */
export interface LossGradient {
  /** Class scores, float32, shape (batch, classes). */
  readonly logits: Logits;
  /** Loss of each clip, shape (batch). */
  readonly loss: Float32Array;
  /** Derivative of each clip's own loss with respect to its values, shape (batch, frames, 3, height, width). */
  readonly gradient: ClipBatch;
}

/**
 * A video classifier under attack.
 *
 * It may be an ONNX graph, a remote service or a toy function. It takes clips with RGB values in [0, 1] and owns
 * everything between them and the logits, normalisation included.
 */
export interface VictimModel {
  readonly id: string;
  /** Class names, in the order of the logits. */
  readonly labels: readonly string[];
  /** The size of clip that it takes. */
  readonly input: ClipSize;
  readonly sampling: FrameSampling;
  readonly geometry: FrameGeometry;
  readonly supports: VictimCapabilities;
  /** What a user should know of how the model was read, such as a Softmax that was cut off; one sentence each. */
  readonly notes?: readonly string[];
  /**
   * Class scores before softmax.
   *
   * @param clips float32 RGB in [0, 1], shape (batch, frames, 3, height, width); only read
   * @returns float32, shape (batch, classes), owned by the caller
   * @throws MsanetError `CLIP_INVALID`, as `checkClips`
   */
  predict(clips: ClipBatch): Promise<Logits>;
  /**
   * Loss per clip and its gradient with respect to the clip, in one forward and one backward pass. No clip of the
   * batch influences another's loss or gradient.
   *
   * @param clips as for `predict`
   * @param loss which loss, with one label or target per clip
   * @returns tensors owned by the caller
   * @throws MsanetError `CAPABILITY_MISSING` when the victim has no gradients; `CLIP_INVALID`, `OPTION_INVALID` or
   *   `LABEL_UNKNOWN`, as `checkClips` and `checkLoss`
   */
  lossGradient(clips: ClipBatch, loss: Loss): Promise<LossGradient>;
  /** Releases what the model holds. Safe to call twice; any other call afterwards fails with `DISPOSED`. */
  dispose(): Promise<void>;
}
