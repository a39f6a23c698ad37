import { GraphBuilder } from '@msanet/onnx';
import { ReferenceRuntime } from '@msanet/runtime-reference';
import { float32 } from '@msanet/tensor';
import { expect, it } from 'vitest';
import { moveFrames } from '../../src/index.js';

it.each([
  { frames: 4, offset: 1, moved: [2, 3, 4, 0] },
  { frames: 4, offset: -1, moved: [0, 1, 2, 3] },
  { frames: 2, offset: 1, moved: [2, 0, 4, 0] },
  { frames: 2, offset: -1, moved: [0, 1, 0, 3] },
  { frames: 1, offset: 1, moved: [0, 0, 0, 0] },
] as const)(
  'moves clips of $frames frames by $offset, with zero where there is none',
  async ({ frames, offset, moved }) => {
    const builder = new GraphBuilder();
    const x = builder.input('x', 'float32', [4, 2, 1]);
    const added = builder.apply('Add', [x, moveFrames(builder, x, frames, offset, 'moved')]);
    builder.output(added, 'y');
    const session = await new ReferenceRuntime().load(builder.build());
    const values = [1, 2, 3, 4].flatMap((frame) => [frame, 10 * frame]);
    const { y } = await session.run({ x: float32(values, [4, 2, 1]) });
    const expected = moved.flatMap((frame, index) => [1 + index + frame, 10 * (1 + index + frame)]);
    expect(Array.from(y.data as Float64Array)).toEqual(expected);
  },
);
