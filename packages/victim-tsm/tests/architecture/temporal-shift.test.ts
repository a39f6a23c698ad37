import { GraphBuilder } from '@msanet/onnx';
import { ReferenceRuntime } from '@msanet/runtime-reference';
import { Random, float32, sizeOf } from '@msanet/tensor';
import { describe, expect, it } from 'vitest';
import { temporalShift } from '../../src/architecture/temporal-shift.js';

/** The shift, element by element: shape (clips · segments, channels, height · width). */
function shifted(
  data: Float32Array,
  [rows, channels, pixels]: readonly number[],
  segments: number,
  divisor: number,
): number[] {
  const fold = Math.floor(channels / divisor);
  const result: number[] = [];
  for (let row = 0; row < rows; row++) {
    const segment = row % segments;
    for (let channel = 0; channel < channels; channel++) {
      const offset = channel < fold ? 1 : channel < 2 * fold ? -1 : 0;
      const inside = segment + offset >= 0 && segment + offset < segments;
      for (let pixel = 0; pixel < pixels; pixel++) {
        const from = ((row + offset) * channels + channel) * pixels + pixel;
        result.push(inside ? data[from] : 0);
      }
    }
  }
  return result;
}

describe('the temporal shift', () => {
  it.each([
    { clips: 1, segments: 8, channels: 16, divisor: 8 },
    { clips: 3, segments: 4, channels: 16, divisor: 8 },
    { clips: 1, segments: 5, channels: 13, divisor: 4 },
    { clips: 2, segments: 3, channels: 7, divisor: 3 },
    { clips: 1, segments: 4, channels: 8, divisor: 2 },
    { clips: 2, segments: 2, channels: 9, divisor: 2 },
    { clips: 2, segments: 1, channels: 8, divisor: 4 },
    { clips: 1, segments: 4, channels: 7, divisor: 8 },
  ])(
    'of $clips × $segments frames with $channels channels by 1/$divisor',
    async ({ clips, segments, channels, divisor }) => {
      const shape = [clips * segments, channels, 2, 3];
      const builder = new GraphBuilder();
      const x = builder.input('x', 'float32', shape);
      const y = temporalShift(builder, x, { segments, divisor, layout: 'whole' }, 'shift');
      expect(y.shape).toEqual(shape);
      builder.output(y, 'y');
      const session = await new ReferenceRuntime().load(builder.build());
      const values = new Random(2).fillNormal(new Float32Array(sizeOf(shape)));
      const result = await session.run({ x: float32(values, shape) });
      const expected = shifted(values, [shape[0], channels, 6], segments, divisor);
      expect(Array.from(result['y'].data as Float64Array)).toEqual(expected);
    },
  );
});
