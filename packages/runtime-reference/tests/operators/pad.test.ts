import { string } from '@msanet/onnx';
import { describe, expect, it } from 'vitest';
import { float, integer, nested, runNode } from '../run-node.js';

describe('Pad, by the examples of the ONNX specification', () => {
  const x = float([
    [1, 1.2],
    [2.3, 3.4],
    [4.5, 5.7],
  ]);

  it.each([
    ['constant', [0, 0, 1, 1.2], [0, 0, 2.3, 3.4]],
    ['edge', [1, 1, 1, 1.2], [2.3, 2.3, 2.3, 3.4]],
  ])('mode %s', async (mode, first, second) => {
    const [y] = await runNode({
      operator: 'Pad',
      inputs: [x, integer([0, 2, 0, 0])],
      attributes: { mode: string(mode) },
    });
    expect((nested(y) as number[][]).slice(0, 2)).toEqual([first, second]);
  });

  it('reflects without repeating the edge, and folds back as often as needed', async () => {
    const run = async (pads: number[]) => {
      const [y] = await runNode({
        operator: 'Pad',
        inputs: [float([1, 2, 3]), integer(pads)],
        attributes: { mode: string('reflect') },
      });
      return nested(y);
    };
    expect(await run([2, 1])).toEqual([3, 2, 1, 2, 3, 2]);
    expect(await run([5, 0])).toEqual([2, 1, 2, 3, 2, 1, 2, 3]);
  });

  it('cuts by negative pads', async () => {
    const [y] = await runNode({ operator: 'Pad', inputs: [x, integer([-1, 1, 0, -1])] });
    expect(nested(y)).toEqual([
      [0, 2.3],
      [0, 4.5],
    ]);
  });

  it('refuses to cut more than there is', async () => {
    const call = runNode({ operator: 'Pad', inputs: [x, integer([-2, 0, -2, 0])] });
    await expect(call).rejects.toMatchObject({ code: 'SHAPE_MISMATCH' });
  });
});
