import type { Random } from '@msanet/tensor';
import type { Recipe } from '../recipe/recipe.js';
import type { TrainableNetwork } from '../trainable-network.js';
import { randomView, type Augmentation } from './augmentation.js';
import { exchangesOf } from './exchanges.js';
import { randomFrames, type ClipLayout } from './frame-choice.js';
import { renderView } from './render-view.js';
import type { TrainingClips } from './training-clips.js';

/** What makes training batches. */
export interface BatchSource {
  readonly clips: TrainingClips;
  readonly layout: ClipLayout;
  readonly size: number;
  readonly augmentation: Augmentation;
  /** The class of a mirror image, by class. */
  readonly mirrored: readonly number[];
  /** The class of a clip played backwards, by class; undefined where it is not known. */
  readonly reversed: readonly (number | undefined)[];
}

/**
 * The source of a training's batches.
 *
 * @throws MsanetError `OPTION_INVALID` when the recipe exchanges classes that there are not
 */
export function batchSourceOf({
  clips,
  network,
  recipe,
}: {
  readonly clips: TrainingClips;
  readonly network: TrainableNetwork;
  readonly recipe: Recipe;
}): BatchSource {
  const { augmentation } = recipe;
  const { flipExchanges, reverseExchanges } = augmentation;
  const known = new Set(reverseExchanges.flat());
  return {
    clips,
    layout: network.clip,
    size: network.size,
    augmentation,
    mirrored: exchangesOf(clips.classes, flipExchanges, 'recipe, flipExchanges'),
    reversed: exchangesOf(clips.classes, reverseExchanges, 'recipe, reverseExchanges').map(
      (twin, label) => (known.has(clips.classes[label]) ? twin : undefined),
    ),
  };
}

/** Clips for one step. */
export interface TrainingBatch {
  /** (clips, segments · framesPerSegment, 3, size, size), values in [0, 1]. */
  readonly clips: Float32Array;
  readonly labels: readonly number[];
}

/**
 * Makes one batch.
 *
 * @param members the videos
 * @param randomOf the generator of each video, so that what happens to it depends on nothing else
 */
export async function trainingBatch(
  { clips, layout, size, augmentation, mirrored, reversed }: BatchSource,
  members: readonly number[],
  randomOf: (clip: number) => Random,
): Promise<TrainingBatch> {
  const length = layout.segments * layout.framesPerSegment * 3 * size * size;
  const values = new Float32Array(members.length * length);
  const labels: number[] = [];
  for (const [row, member] of members.entries()) {
    const random = randomOf(member);
    const indices = randomFrames(clips.frameCount(member), layout, random);
    let label = clips.label(member);
    const backwards = random.uniform() < augmentation.reverse;
    const twin = reversed[label];
    if (backwards && twin !== undefined) {
      indices.reverse();
      label = twin;
    }
    const block = await clips.read(member, indices);
    const view = randomView(block, size, augmentation, random);
    if (view.mirrored) label = mirrored[label];
    renderView(block, view, size, values, row * length);
    labels.push(label);
  }
  return { clips: values, labels };
}
