import type { Attack, Budget, ClipBatch, VictimModel } from '@msanet/core';
import type { Tensor } from '@msanet/tensor';
import { inSpace, type AttackSpace } from '../comparison/attack-space.js';
import type { ComparedClip, Experiment } from '../comparison/experiment.js';
import { measureAgainst, type MetricValues } from '../metrics/perceptibility-metrics.js';
import type { ClipRecord } from '../records/clip-record.js';

/** A victim of the comparison, loaded. */
export interface PanelVictim {
  readonly name: string;
  readonly model: VictimModel;
  /** For each class of the data set, the victim's index of it. */
  readonly classes: readonly number[];
}

/** An attack of the comparison, loaded. */
export interface PanelAttack {
  readonly name: string;
  readonly attack: Attack;
  readonly budget: Budget;
  readonly queryLimit: number | null;
}

/** A clip as the comparison attacks it. */
export interface LoadedClip {
  /** The frames of the attack space, shape (1, frames, 3, height, width), on the 8-bit grid. */
  readonly clips: ClipBatch;
  readonly space: AttackSpace;
  /** Frames of the whole video. */
  readonly frameCount: number;
  /** Frames per second at which the frames of the space are shown and compressed. */
  readonly frameRate: number;
  readonly file: ClipRecord['file'];
  /** Whether a part of the video could not be decoded. */
  readonly damaged: boolean;
}

/** What a worker is made of. The application brings whatever touches files and runtimes. */
export interface PanelParts {
  readonly experiment: Experiment;
  /** Classes of the data set. */
  readonly classes: readonly string[];
  readonly victims: readonly PanelVictim[];
  readonly attacks: readonly PanelAttack[];
  /** Reads a clip in the attack space of the victims. */
  load(clip: ComparedClip): Promise<LoadedClip>;
  /**
   * Encodes a clip as H.264 and decodes it again.
   *
   * @param clip 8-bit RGB, shape (frames, 3, height, width)
   */
  compress(clip: Tensor<'uint8'>, crf: number, frameRate: number): Promise<Tensor<'uint8'>>;
  /** Writes a lossless video into the run folder. @param path relative to it */
  keepVideo(path: string, clip: Tensor<'uint8'>, frameRate: number): Promise<void>;
}

/** A clip with what several tasks about it need. */
export interface BenchedClip extends LoadedClip {
  /** The victims as they see the clip. */
  readonly victims: readonly VictimModel[];
  /** Each victim's logits of the clean clip, once they are known. */
  readonly cleanLogits: (Float32Array | undefined)[];
  /** Measures an adversarial version. */
  measure(adversarial: Float32Array): MetricValues;
}

/** The victims and attacks of a worker, with the clip that was worked on last: the next task is mostly about it again. */
export class Panel {
  readonly parts: PanelParts;
  #latest: { readonly id: string; readonly clip: BenchedClip } | undefined;

  constructor(parts: PanelParts) {
    this.parts = parts;
  }

  /** The clip, read once for all tasks about it that follow each other. */
  async clip(clip: ComparedClip): Promise<BenchedClip> {
    if (this.#latest?.id === clip.id) return this.#latest.clip;
    this.#latest = undefined;
    const loaded = await this.parts.load(clip);
    const models = this.parts.victims.map(({ model }) => model);
    const { shape, data } = loaded.clips;
    const [, frames, , height, width] = shape;
    let measure: ReturnType<typeof measureAgainst> | undefined;
    const benched: BenchedClip = {
      ...loaded,
      victims: inSpace(models, loaded.space),
      cleanLogits: models.map(() => undefined),
      measure(adversarial) {
        measure ??= measureAgainst({ data, frames, height, width });
        return measure(adversarial);
      },
    };
    this.#latest = { id: clip.id, clip: benched };
    return benched;
  }

  /** Releases the victims and attacks. */
  async dispose(): Promise<void> {
    for (const { attack } of this.parts.attacks) await attack.dispose?.();
    for (const { model } of this.parts.victims) await model.dispose();
  }
}
