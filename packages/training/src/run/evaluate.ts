import type { GraphRuntime } from '@msanet/onnx';
import { centreView } from '../data/augmentation.js';
import { renderView } from '../data/render-view.js';
import type { TrainingClips } from '../data/training-clips.js';
import type { NetworkWeights, TrainableNetwork } from '../trainable-network.js';

/** What to judge, and on what. */
export interface EvaluationOptions {
  readonly network: TrainableNetwork;
  readonly weights: NetworkWeights;
  readonly clips: TrainingClips;
  readonly runtime: GraphRuntime;
  readonly signal?: AbortSignal | undefined;
}

/** Clips per run; more gain nothing. */
const batch = 8;

/**
 * Classifies videos as the victim would: frames by its own sampling, the centre of each.
 *
 * @returns the most probable class of each video; of fewer videos when the signal fires
 */
export async function classify(options: EvaluationOptions): Promise<number[]> {
  const { network, weights, clips, runtime, signal } = options;
  const { size, clip } = network;
  const model = network.graph(weights, batch);
  const session = await runtime.load(model, { spinning: false });
  const frames = clip.segments * clip.framesPerSegment;
  const length = frames * 3 * size * size;
  const [output] = model.graph.outputs;
  const classes: number[] = [];
  try {
    for (let start = 0; start < clips.length && signal?.aborted !== true; start += batch) {
      const count = Math.min(batch, clips.length - start);
      const values = new Float32Array(batch * length);
      for (let row = 0; row < count; row++) {
        const index = start + row;
        const indices = network.testFrames(clips.frameCount(index));
        const block = await clips.read(index, indices);
        renderView(block, centreView(block, size), size, values, row * length);
      }
      const shape = [batch, frames, 3, size, size];
      const results = await session.run({ clips: { dtype: 'float32', shape, data: values } });
      const logits = results[output.name].data as Float32Array;
      for (let row = 0; row < count; row++) {
        classes.push(largest(logits.subarray(row * network.classes, (row + 1) * network.classes)));
      }
    }
  } finally {
    await session.dispose();
  }
  return classes;
}

/** The index of the largest number, the first of equals. */
export function largest(values: ArrayLike<number>): number {
  let best = 0;
  for (let index = 1; index < values.length; index++) {
    if (values[index] > values[best]) best = index;
  }
  return best;
}

/** Share of the videos whose class is right. */
export function accuracyOf(predicted: readonly number[], clips: TrainingClips): number {
  const right = predicted.filter((label, clip) => label === clips.label(clip)).length;
  return predicted.length === 0 ? 0 : right / predicted.length;
}
