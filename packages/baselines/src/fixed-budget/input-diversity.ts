import {
  clipAt,
  clipSize,
  emptyClips,
  type AttackContext,
  type ClipSize,
  type LossForm,
} from '@msanet/core';
import type { Random } from '@msanet/tensor';
import type { SlopeSource } from '../slope.js';
import { firstClips } from '../working-batch.js';
import { ResizeAndPad, drawPlacement } from './resize-and-pad.js';

/** How a clip is transformed: one transform for each of its frames, or none at all. */
export type FrameTransforms = readonly ResizeAndPad[] | undefined;

/** How often, how far and how evenly clips are transformed. */
export interface DiversityOptions {
  /** Chance that a clip is transformed at a step. */
  readonly probability: number;
  /** Smallest width of a shrunken frame, as a share of the full one. */
  readonly resizeRate: number;
  /** Whether each frame gets a transform of its own. */
  readonly perFrame: boolean;
}

/** Draws the transforms of a clip for one step. */
export function drawTransforms(
  random: Random,
  size: ClipSize,
  { probability, resizeRate, perFrame }: DiversityOptions,
): FrameTransforms {
  if (!(random.uniform() < probability)) return undefined;
  const draw = (): ResizeAndPad => new ResizeAndPad(size, drawPlacement(random, size, resizeRate));
  if (perFrame) return Array.from({ length: size.frames }, draw);
  return new Array<ResizeAndPad>(size.frames).fill(draw());
}

/**
 * The gradient of the loss of transformed clips, at the clips: ∇ₚ L(T(p)), by the adjoint of T. One gradient query per clip
 * and step.
 *
 * @param transformsOf the transforms of a clip for the next step
 */
export function diverseSlope(
  { victim, clips }: AttackContext,
  loss: LossForm,
  transformsOf: (clip: number) => FrameTransforms,
): SlopeSource {
  const size = clipSize(clips);
  const length = 3 * size.height * size.width;
  const transformed = emptyClips(clips.shape[0], size);
  const gradientAtFrame = new Float32Array(length);
  const eachFrame = (clip: Float32Array, visit: (frame: Float32Array, index: number) => void) => {
    for (let frame = 0; frame < size.frames; frame++) {
      visit(clip.subarray(frame * length, (frame + 1) * length), frame);
    }
  };
  return {
    queries: () => 1,
    async at(rows, _) {
      const { of } = rows;
      const transforms = of.map(transformsOf);
      transforms.forEach((ofFrames, row) => {
        const clip = clipAt(transformed, row);
        if (ofFrames === undefined) clip.set(rows.row(row));
        else {
          eachFrame(rows.row(row), (values, frame) =>
            ofFrames[frame].apply(values, clip.subarray(frame * length, (frame + 1) * length)),
          );
        }
      });
      const found = await victim.lossGradient(firstClips(transformed, of.length), of, loss);
      transforms.forEach((ofFrames, row) => {
        if (ofFrames === undefined) return;
        eachFrame(clipAt(found.gradient, row), (gradient, frame) => {
          ofFrames[frame].pullBack(gradient, gradientAtFrame);
          gradient.set(gradientAtFrame);
        });
      });
      return found;
    },
  };
}
