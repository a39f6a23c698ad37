import { describe, expect, it } from 'vitest';
import type { NamedTensors } from '@msanet/onnx';
import { createOrtRuntime } from '@msanet/runtime-ort';
import { ReferenceRuntime } from '@msanet/runtime-reference';
import { GraphBuilder, ints } from '@msanet/onnx';
import { Random, float32 } from '@msanet/tensor';
import { blockConvolutions, blockDomain } from '../../src/graph/block-convolutions.js';
import { usableBlock } from '../../src/graph/usable-block.js';

function network(block: number) {
  const builder = new GraphBuilder();
  const x = builder.input('x', 'float32', [2, 3, 11, 9]);
  const shapes: Record<string, number[]> = {
    few: [block, 3, 5, 5],
    whole: [2 * block, block, 3, 3],
    odd: [5, 2 * block, 1, 1],
  };
  const [few, whole, odd] = Object.entries(shapes).map(([name, shape]) =>
    builder.input(name, 'float32', shape),
  );
  const first = builder.apply('Conv', [x, few], {
    pads: ints([2, 2, 2, 2]),
    strides: ints([2, 2]),
  });
  const second = builder.apply('Conv', [first, whole], { pads: ints([1, 1, 1, 1]) });
  builder.output(builder.apply('Conv', [second, odd]), 'y');
  const random = new Random(9);
  const feeds: NamedTensors = Object.fromEntries(
    Object.entries({ x: [2, 3, 11, 9], ...shapes }).map(([name, shape]) => {
      const length = shape.reduce((product, axis) => product * axis, 1);
      return [name, float32(random.fillNormal(new Float32Array(length)), shape)];
    }),
  );
  return { model: builder.build(), feeds };
}

describe('blockConvolutions', () => {
  it('computes what the standard operators compute, where the runtime can', async () => {
    const runtime = await createOrtRuntime({ threads: 1 });
    const block = await usableBlock(runtime);
    if (block === undefined) return;
    const { model, feeds } = network(block);
    const blocked = blockConvolutions(model, block);
    const moved = blocked.graph.nodes.filter(
      ({ domain, opType }) => domain === blockDomain && opType === 'Conv',
    );
    expect(moved).toHaveLength(2);
    const session = await runtime.load(blocked);
    const actual = (await session.run(feeds))['y'].data as Float32Array;
    await session.dispose();
    const reference = await new ReferenceRuntime().load(model);
    const expected = (await reference.run(feeds))['y'].data as Float64Array;
    const highest = expected.reduce((top, value) => Math.max(top, Math.abs(value)), 0);
    actual.forEach((value, index) => {
      expect(Math.abs(value - expected[index])).toBeLessThan(1e-5 * highest);
    });
  });

  it('leaves a graph alone whose channels are no whole blocks', () => {
    const { model } = network(8);
    expect(blockConvolutions(model, 64)).toBe(model);
  });
});

describe('usableBlock', () => {
  it('is for ONNX Runtime only', async () => {
    expect(await usableBlock(new ReferenceRuntime())).toBeUndefined();
  });
});
