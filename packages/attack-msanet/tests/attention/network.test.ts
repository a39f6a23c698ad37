import { gradientGraph } from '@msanet/autodiff';
import { ReferenceRuntime } from '@msanet/runtime-reference';
import { checkVjp } from '@msanet/testkit';
import { Random, sizeOf, type Tensor } from '@msanet/tensor';
import { describe, expect, it } from 'vitest';
import { attentionNetwork, headsOf } from '../../src/index.js';

const size = { frames: 3, height: 15, width: 14 };

describe('attentionNetwork', () => {
  it.each([
    ['both', 'both'],
    ['coarse', 'both'],
    ['fine', 'both'],
    ['both', 'spatial'],
    ['both', 'temporal'],
  ] as const)(
    'has the gradient of its parameters in float64: %s, %s',
    async (granularity, axes) => {
      const heads = headsOf(granularity, axes);
      const model = attentionNetwork({ size, channels: 5, heads });
      const random = new Random(11);
      const feeds: Record<string, Tensor> = {};
      for (const { name, shape } of model.graph.inputs) {
        const axesOf = (shape ?? []).map(Number);
        const data = random.fork(name).fillNormal(new Float32Array(sizeOf(axesOf)), 0, 0.5);
        feeds[name] = { dtype: 'float32', shape: axesOf, data };
      }
      const wrt = Object.keys(feeds).filter((name) => name !== 'features');
      expect(wrt).toHaveLength(4 * heads.length);
      await checkVjp({
        model,
        gradient: (forward, values, outputs) => gradientGraph(forward, values, { outputs }),
        runtime: new ReferenceRuntime(),
        wrt,
        outputs: ['mask'],
        feeds,
        seed: 3,
        // So short a step that none of the thousands of ReLUs crosses its kink.
        step: 1e-8,
        tolerance: 1e-4,
      });
    },
  );

  it('works on a single frame, and on frames smaller than the grid', async () => {
    for (const tiny of [
      { frames: 1, height: 8, width: 9 },
      { frames: 2, height: 3, width: 4 },
    ]) {
      const model = attentionNetwork({ size: tiny, channels: 3, heads: headsOf('both', 'both') });
      const session = await new ReferenceRuntime().load(model);
      const feeds: Record<string, Tensor> = {};
      for (const { name, shape } of model.graph.inputs) {
        const axes = (shape ?? []).map(Number);
        const data = new Random(1).fork(name).fillNormal(new Float32Array(sizeOf(axes)));
        feeds[name] = { dtype: 'float32', shape: axes, data };
      }
      const { mask } = await session.run(feeds);
      expect(mask.shape).toEqual([tiny.frames, 1, tiny.height, tiny.width]);
      expect(Math.max(...Array.from(mask.data, Number))).toBeCloseTo(1, 12);
      await session.dispose();
    }
  });
});
