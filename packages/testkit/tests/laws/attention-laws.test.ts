import { describe, expect, it } from 'vitest';
import {
  MsanetError,
  clipSize,
  emptyClips,
  type Attention,
  type AttentionMask,
  type ClipAttention,
  type ClipBatch,
} from '@msanet/core';
import {
  attentionLaws,
  describeAttention,
  randomClips,
  type AttentionSubject,
} from '@msanet/testkit';
import { zeros, type Tensor } from '@msanet/tensor';

/**
 * A toy attention: mask = sigmoid(w_t) · sigmoid(s · b), with one weight per frame, one sharpness s, and the brightness b
 * of a pixel (or the magnitude of the gradient there).
 */
function toyAttention(
  inputGradient: boolean,
  fault: (focused: ClipAttention) => object = () => ({}),
): Attention {
  return {
    id: 'toy',
    requires: { inputGradient },
    granularities: ['temporal', 'spatial'],
    async focus(clip, random) {
      const { frames, height, width } = clipSize(clip);
      const area = height * width;
      const parameters = random.fillNormal(new Float32Array(frames + 1));
      const shape = [frames, 1, height, width];
      let source = clip;
      const brightness = (at: number): number => {
        const first = Math.floor(at / area) * 3 * area + (at % area);
        const [r, g, b] = [0, 1, 2].map((channel) => source.data[first + channel * area]);
        return inputGradient ? 1000 * Math.abs(r + g + b) : r + g + b;
      };
      const focused: ClipAttention = {
        parameters,
        async attend(gradient?: ClipBatch): Promise<AttentionMask> {
          if (inputGradient && gradient === undefined) throw missing;
          source = gradient ?? clip;
          const picture = (value: (at: number) => number): Tensor<'float32'> => ({
            dtype: 'float32',
            shape,
            data: Float32Array.from({ length: frames * area }, (_, at) => value(at)),
          });
          const frame = (at: number): number => sigmoid(parameters[Math.floor(at / area)]);
          const pixel = (at: number): number => sigmoid(parameters[frames] * brightness(at));
          return {
            mask: picture((at) => frame(at) * pixel(at)),
            granularities: { temporal: picture(frame), spatial: picture(pixel) },
          };
        },
        async pullBack(maskGradient) {
          const pulled = new Float64Array(frames + 1);
          maskGradient.data.forEach((weight, at) => {
            const frame = sigmoid(parameters[Math.floor(at / area)]);
            const pixel = sigmoid(parameters[frames] * brightness(at));
            pulled[Math.floor(at / area)] += weight * frame * (1 - frame) * pixel;
            pulled[frames] += weight * frame * pixel * (1 - pixel) * brightness(at);
          });
          return Float32Array.from(pulled);
        },
        dispose: async () => undefined,
      };
      return { ...focused, ...fault(focused) };
    },
  };
}

const missing = new MsanetError({
  code: 'OPTION_INVALID',
  where: 'attention toy',
  expected: 'the gradient of the victim',
  got: 'none',
  remedy: 'pass it to attend',
});

function sigmoid(value: number): number {
  return 1 / (1 + Math.exp(-value));
}

const size = { frames: 3, height: 4, width: 5 };

function subject(attention: Attention): AttentionSubject {
  const gradient = {
    ...emptyClips(1, size),
    data: randomClips(1, size, 2).data.map((v) => 1e-3 * v),
  };
  return {
    attention,
    clip: randomClips(1, size, 1),
    gradient,
    tolerance: 1e-2,
    step: 1e-2,
    seed: 1,
  };
}

const shared = new Float32Array(4);
let masks = 0;

const faults: [keyof typeof attentionLaws, string, Attention, RegExp][] = [
  ['saysWhatItIs', 'no id', { ...toyAttention(false), id: '' }, /has an id/],
  [
    'saysWhatItIs',
    'one granularity twice',
    { ...toyAttention(false), granularities: ['temporal', 'temporal'] },
    /different names/,
  ],
  [
    'givesAMaskPerPixel',
    'one value per frame',
    toyAttention(false, (focused) => ({
      attend: async () => ({ ...(await focused.attend()), mask: zeros('float32', [3, 1, 1, 1]) }),
    })),
    /shape \(3, 1, 4, 5\), not \(3, 1, 1, 1\)/,
  ],
  [
    'givesAMaskPerPixel',
    'a mask beyond 1',
    toyAttention(false, (focused) => ({
      async attend() {
        const { mask, granularities } = await focused.attend();
        return { mask: { ...mask, data: mask.data.map((value) => 30 * value) }, granularities };
      },
    })),
    /values in \[0, 1\]/,
  ],
  [
    'givesAMaskPerPixel',
    'a mask of zeros',
    toyAttention(false, (focused) => ({
      attend: async () => ({ ...(await focused.attend()), mask: zeros('float32', [3, 1, 4, 5]) }),
    })),
    /acts somewhere/,
  ],
  [
    'showsEveryGranularity',
    'a granularity that it forgot',
    toyAttention(false, (focused) => ({
      attend: async () => ({ ...(await focused.attend()), granularities: {} }),
    })),
    /are spatial, temporal, not/,
  ],
  [
    'repeatsItself',
    'a mask that wanders',
    toyAttention(false, (focused) => ({
      async attend() {
        const { mask, granularities } = await focused.attend();
        masks += 1;
        return { mask: { ...mask, data: mask.data.map((value) => value / masks) }, granularities };
      },
    })),
    /the same mask/,
  ],
  [
    'leavesItsInputAlone',
    'parameters that it trains itself',
    toyAttention(false, (focused) => ({
      async pullBack(maskGradient: Tensor<'float32'>) {
        focused.parameters[0] += 1;
        return focused.pullBack(maskGradient);
      },
    })),
    /only the caller changes the parameters/,
  ],
  [
    'keepsClipsApart',
    'parameters that all clips share',
    {
      ...toyAttention(false),
      async focus(clip, random) {
        const own = await toyAttention(false).focus(clip, random);
        return {
          ...own,
          parameters: shared,
          async attend() {
            own.parameters.set(shared);
            return own.attend();
          },
        };
      },
    },
    /leaves the mask of another alone/,
  ],
  [
    'followsItsParameters',
    'parameters that were copied at the start',
    toyAttention(false, (focused) => ({ parameters: focused.parameters.slice() })),
    /other parameters give another mask/,
  ],
  [
    'pullsGradientsBack',
    'a derivative that is forgotten',
    toyAttention(false, (focused) => ({
      async pullBack(maskGradient: Tensor<'float32'>) {
        const pulled = await focused.pullBack(maskGradient);
        pulled[3] = 0;
        return pulled;
      },
    })),
    /along parameter 3 pullBack says 0/,
  ],
  [
    'pullsGradientsBack',
    'the wrong sign',
    toyAttention(false, (focused) => ({
      pullBack: async (maskGradient: Tensor<'float32'>) =>
        (await focused.pullBack(maskGradient)).map((value) => -value),
    })),
    /differences say -/,
  ],
  [
    'pullsGradientsBack',
    'one derivative too many',
    toyAttention(false, (focused) => ({
      pullBack: async (maskGradient: Tensor<'float32'>) =>
        Float32Array.of(...(await focused.pullBack(maskGradient)), 0),
    })),
    /gives 4 derivatives, not 5/,
  ],
  [
    'refusesToWorkBlind',
    'it looks at the clip instead',
    toyAttention(true, (focused) => ({
      attend: (gradient?: ClipBatch) => focused.attend(gradient ?? emptyClips(1, size)),
    })),
    /refuses to attend/,
  ],
  [
    'refusesToWorkBlind',
    'it crashes',
    toyAttention(true, () => ({ attend: () => Promise.reject(new TypeError('undefined')) })),
    /an msanet error/,
  ],
  [
    'disposesTwice',
    'it cannot be disposed twice',
    toyAttention(false, () => {
      let disposed = false;
      return {
        async dispose() {
          if (disposed) throw new Error('already released');
          disposed = true;
        },
      };
    }),
    /already released/,
  ],
];

describeAttention({ name: 'the toy attention', create: () => toyAttention(false), size });
describeAttention({ name: 'the toy attention on gradients', create: () => toyAttention(true) });

describe('a broken attention', () => {
  it.each(faults)('breaks %s: %s', async (law, _, attention, sentence) => {
    await expect(attentionLaws[law](subject(attention))).rejects.toThrow(sentence);
  });

  it('has every law among its faults', () => {
    const covered = new Set(faults.map(([law]) => law));
    expect([...covered].sort()).toEqual(Object.keys(attentionLaws).sort());
  });
});
