import { GraphBuilder, ints, type GraphRuntime, type Model } from '@msanet/onnx';
import { ReferenceRuntime } from '@msanet/runtime-reference';
import { Random, float32, isMsanetError } from '@msanet/tensor';
import { describe, expect, it } from 'vitest';
import { describeMetrics, openLpips, type ClipPair } from '../../src/index.js';
import { randomClips } from './seeded-clips.js';

const size = { height: 8, width: 9 };
const runtime = new ReferenceRuntime();

/** The shape of LPIPS in small: mean squared difference of the features of both pictures, here the pictures times 3. */
function network({ pictures = 2, averaged = true } = {}): Model {
  const builder = new GraphBuilder({ name: 'distance' });
  const shape = [1, 3, size.height, size.width];
  const inputs = Array.from({ length: pictures }, (_, index) =>
    builder.input(`picture_${index}`, 'float32', shape),
  );
  const weight = builder.constant(float32([3], []));
  const features = inputs.map((input) => builder.apply('Mul', [input, weight]));
  const difference = builder.apply('Sub', [features[0], features[features.length - 1]]);
  const squares = builder.apply('Mul', [difference, difference]);
  builder.output(
    averaged ? builder.apply('ReduceMean', [squares], { axes: ints([1, 2, 3]) }) : squares,
    'distance',
  );
  return builder.build();
}

function closedForm({ clean, adversarial }: ClipPair): number {
  // Pictures reach the network in [−1, 1], which doubles every difference.
  const squares = clean.reduce((sum, value, index) => sum + (adversarial[index] - value) ** 2, 0);
  return (9 * 4 * squares) / clean.length;
}

describe('LPIPS', () => {
  it('is the mean over frames of the distance that the network gives on [−1, 1]', async () => {
    const lpips = await openLpips({ runtime, model: network(), size });
    const pair = randomClips(new Random(1), { frames: 3, ...size });
    expect(await lpips.measure(pair)).toBeCloseTo(closedForm(pair), 6);
    await lpips.dispose();
  });

  it('asks the network nothing about frames that are not touched', async () => {
    let asked = 0;
    const counting: GraphRuntime = {
      id: runtime.id,
      device: runtime.device,
      precision: runtime.precision,
      load: async (model) => {
        const session = await runtime.load(model);
        return {
          inputs: session.inputs,
          outputs: session.outputs,
          run: (feeds) => {
            asked++;
            return session.run(feeds);
          },
          dispose: () => session.dispose(),
        };
      },
    };
    const lpips = await openLpips({ runtime: counting, model: network(), size });
    const pair = randomClips(new Random(2), { frames: 3, ...size });
    expect(await lpips.measure({ ...pair, adversarial: pair.clean.slice() })).toBe(0);
    expect(asked).toBe(0);
    const oneFrame = pair.clean.slice();
    oneFrame[0] = 1 - oneFrame[0];
    const changed = { ...pair, adversarial: oneFrame };
    expect(await lpips.measure(changed)).toBeCloseTo(closedForm(changed), 6);
    expect(asked).toBe(1);
    await lpips.dispose();
  });

  it('refuses a network that does not compare two pictures, or gives a map', async () => {
    expect(await codeOf(openLpips({ runtime, model: network({ pictures: 1 }), size }))).toBe(
      'MODEL_UNSUPPORTED',
    );
    expect(await codeOf(openLpips({ runtime, model: network({ pictures: 3 }), size }))).toBe(
      'MODEL_UNSUPPORTED',
    );
    const map = await openLpips({ runtime, model: network({ averaged: false }), size });
    const pair = randomClips(new Random(3), { frames: 1, ...size });
    expect(await codeOf(map.measure(pair))).toBe('MODEL_UNSUPPORTED');
    await map.dispose();
  });

  it('refuses frames of another size than its own or the network’s', async () => {
    expect(
      await codeOf(openLpips({ runtime, model: network(), size: { height: 16, width: 16 } })),
    ).toBe('SHAPE_MISMATCH');
    const lpips = await openLpips({ runtime, model: network(), size });
    const turned = randomClips(new Random(4), { frames: 1, height: 9, width: 8 });
    expect(await codeOf(lpips.measure(turned))).toBe('SHAPE_MISMATCH');
    const { clean, adversarial } = randomClips(new Random(5), { frames: 2, ...size });
    expect(await codeOf(lpips.measure({ clean, adversarial, frames: 1, ...size }))).toBe(
      'SHAPE_MISMATCH',
    );
    await lpips.dispose();
  });

  it('is described with the other metrics', () => {
    expect(describeMetrics().find(({ id }) => id === 'lpips')?.note).toContain('ONNX');
  });
});

async function codeOf(work: Promise<unknown>): Promise<string | undefined> {
  try {
    await work;
  } catch (error) {
    return isMsanetError(error) ? error.code : String(error);
  }
  return undefined;
}
