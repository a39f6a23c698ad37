import { Random } from '@msanet/tensor';
import type { TrainingClips } from '../../src/index.js';

/**
 * Small videos of noise around a class's own colour and brightness gradient, for networks without any sense of time.
 *
 * @param count videos; they take turns in the classes
 */
export function syntheticClips(count: number, classes: number, side = 12): TrainingClips {
  const frames = 6;
  const videos = Array.from({ length: count }, (_, video) => {
    const random = new Random(5).fork(`video ${video}`);
    const label = video % classes;
    const data = new Uint8Array(frames * 3 * side * side);
    for (let index = 0; index < data.length; index++) {
      const channel = Math.floor(index / (side * side)) % 3;
      const column = index % side;
      const wave = Math.sin((2 * Math.PI * column * (label + 1)) / side + channel * label);
      data[index] = 128 + 80 * wave + random.uniform(-20, 20);
    }
    return { label, data };
  });
  return {
    classes: Array.from({ length: classes }, (_, label) => `class ${label}`),
    length: count,
    id: (clip) => `video ${clip}`,
    label: (clip) => videos[clip].label,
    frameCount: () => frames,
    read: (clip, indices) => {
      const length = 3 * side * side;
      const data = new Uint8Array(indices.length * length);
      indices.forEach((index, place) => {
        data.set(videos[clip].data.subarray(index * length, (index + 1) * length), place * length);
      });
      return Promise.resolve({ data, frames: indices.length, height: side, width: side });
    },
  };
}
