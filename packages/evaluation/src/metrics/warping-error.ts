import { defineMetric, type Clip } from './metric.js';
import { opticalFlow, type Flow } from './optical-flow/lucas-kanade.js';
import { lumaOf } from './optical-flow/picture.js';
import { visiblePixels } from './optical-flow/visible-pixels.js';

/** How much worse the optical flow of the clean clip carries each adversarial frame into the one before. */
export const warpingErrorIncrease = defineMetric(
  {
    id: 'warping-error-increase',
    title: 'Warping error, increase',
    unit: 'squared levels (0–255 scale)',
    range:
      '−65025 … 65025; 0 for identical clips, below 0 where the perturbation steadies the video',
    better: 'lower',
    formula:
      'E(x′) − E(x), E(x) = 255² · mean_t mean_{c, visible p} (x_t(p) − x_{t+1}(p + w_t(p)))², w_t the optical flow of the clean clip',
    source:
      'Lai et al., ECCV 2018; visible pixels by the forward–backward test of Sundaram, Brox, Keutzer, ECCV 2010; flow by pyramidal Lucas–Kanade; the increase over the clean clip is our choice',
    note: 'Divide by 65025 for the [0, 1] scale. Where frames are sampled far apart few pixels can be followed, and only those count; `null` for one frame and where none can.',
  },
  (clean) => {
    const tracks = tracksOf(clean);
    const before = warpingError(clean.data, tracks);
    if (before === null) return () => null;
    return (adversarial) => {
      const after = warpingError(adversarial, tracks);
      return after === null ? null : after - before;
    };
  },
);

/** Where the visible pixels of one frame are in the next one. */
interface Track {
  /** Index of the red value of each pixel in the clip. */
  readonly from: Int32Array;
  /** Index of the red value of the upper left of the four pixels of the next frame that it lies between. */
  readonly to: Int32Array;
  /** How far right and down of that it lies, 0 … 1. */
  readonly right: Float32Array;
  readonly down: Float32Array;
  /** Values per channel, and values per row. */
  readonly area: number;
  readonly width: number;
}

function tracksOf({ data, frames, height, width }: Clip): Track[] {
  // Between four pixels there is only something where there are two rows and two columns.
  if (Math.min(height, width) < 2) return [];
  const lumas = Array.from({ length: frames }, (_, frame) => lumaOf(data, frame, height, width));
  return lumas.slice(1).map((next, frame) => {
    const forward = opticalFlow(lumas[frame], next);
    return trackOf(forward, visiblePixels(forward, opticalFlow(next, lumas[frame])), frame);
  });
}

function trackOf(flow: Flow, visible: Uint8Array, frame: number): Track {
  const { height, width } = flow;
  const area = height * width;
  const count = visible.reduce((sum, flag) => sum + flag, 0);
  const from = new Int32Array(count);
  const to = new Int32Array(count);
  const right = new Float32Array(count);
  const down = new Float32Array(count);
  let next = 0;
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const pixel = row * width + column;
      if (visible[pixel] === 0) continue;
      const [x, y] = [column + flow.x[pixel], row + flow.y[pixel]];
      const [left, top] = [Math.min(Math.floor(x), width - 2), Math.min(Math.floor(y), height - 2)];
      from[next] = frame * 3 * area + pixel;
      to[next] = (frame + 1) * 3 * area + top * width + left;
      right[next] = x - left;
      down[next] = y - top;
      next++;
    }
  }
  return { from, to, right, down, area, width };
}

/** E(x), over the pairs of frames in which any pixel is visible; `null` if there are none. */
function warpingError(data: Float32Array, tracks: readonly Track[]): number | null {
  const errors = tracks
    .filter(({ from }) => from.length > 0)
    .map((track) => (255 ** 2 * squaredError(data, track)) / (3 * track.from.length));
  return errors.length === 0 ? null : errors.reduce((sum, error) => sum + error, 0) / errors.length;
}

function squaredError(data: Float32Array, { from, to, right, down, area, width }: Track): number {
  let sum = 0;
  for (let channel = 0; channel < 3; channel++) {
    const offset = channel * area;
    for (let pixel = 0; pixel < from.length; pixel++) {
      const corner = to[pixel] + offset;
      const above = data[corner] + right[pixel] * (data[corner + 1] - data[corner]);
      const lower = corner + width;
      const below = data[lower] + right[pixel] * (data[lower + 1] - data[lower]);
      const difference = data[from[pixel] + offset] - above - down[pixel] * (below - above);
      sum += difference * difference;
    }
  }
  return sum;
}
