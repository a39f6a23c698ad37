import {
  copyClips,
  isMsanetError,
  type Attention,
  type AttentionMask,
  type ClipAttention,
  type ClipBatch,
} from '@msanet/core';
import { Random, sameShape, type Tensor } from '@msanet/tensor';
import { maxAbsError } from '../close.js';
import { demand } from './demand.js';

/** An attention under examination, with what the laws let it attend to. */
export interface AttentionSubject {
  readonly attention: Attention;
  /** Shape (1, frames, 3, height, width). */
  readonly clip: ClipBatch;
  /** A victim's gradient at the clip, same shape. */
  readonly gradient: ClipBatch;
  /** Largest relative difference of `pullBack` from finite differences. */
  readonly tolerance: number;
  /** Length of the finite differences, in the space of the parameters. */
  readonly step: number;
  readonly seed: number;
}

/** What every attention owes; each law throws with a sentence when it is broken. */
export const attentionLaws = {
  /** It has an id, and no granularity has a name twice. */
  async saysWhatItIs({ attention }: AttentionSubject): Promise<void> {
    const { id, granularities } = attention;
    demand(id !== '', 'an attention has an id');
    demand(
      new Set(granularities).size === granularities.length,
      'granularities have different names',
    );
  },

  /** The mask has one value in [0, 1] per pixel of every frame, and acts somewhere. */
  async givesAMaskPerPixel(subject: AttentionSubject): Promise<void> {
    const { mask } = await attend(subject, await focus(subject));
    demandPicture(mask, subject, 'the mask');
    demand(
      mask.data.some((value) => value > 0),
      'the mask acts somewhere',
    );
  },

  /** Every granularity that it declares, and no other, comes with the mask, as a picture of the same shape. */
  async showsEveryGranularity(subject: AttentionSubject): Promise<void> {
    const { granularities } = await attend(subject, await focus(subject));
    const declared = [...subject.attention.granularities].sort().join(', ');
    const shown = Object.keys(granularities).sort().join(', ');
    demand(shown === declared, `the granularities are ${declared}, not ${shown}`);
    for (const [name, picture] of Object.entries(granularities)) {
      demandPicture(picture, subject, `granularity ${name}`);
    }
  },

  /** The same generator gives the same parameters and masks, and attending twice gives the same mask. */
  async repeatsItself(subject: AttentionSubject): Promise<void> {
    const [first, second] = [await focus(subject), await focus(subject)];
    const same = maxAbsError(first.parameters, second.parameters) === 0;
    demand(same, 'the same generator gives the same parameters');
    const [one, other] = [await attend(subject, first), await attend(subject, second)];
    demand(
      maxAbsError(one.mask.data, other.mask.data) === 0,
      'the same generator gives the same mask',
    );
    const again = await attend(subject, first);
    demand(
      maxAbsError(one.mask.data, again.mask.data) === 0,
      'attending twice gives the same mask',
    );
  },

  /** Clip and gradient are only read, and only the caller changes the parameters. */
  async leavesItsInputAlone(subject: AttentionSubject): Promise<void> {
    const asked = {
      ...subject,
      clip: copyClips(subject.clip),
      gradient: copyClips(subject.gradient),
    };
    const focused = await focus(asked);
    const before = focused.parameters.slice();
    const { mask } = await attend(asked, focused);
    await focused.pullBack(cotangent(mask, subject.seed));
    demand(maxAbsError(asked.clip.data, subject.clip.data) === 0, 'the clip is only read');
    demand(
      maxAbsError(asked.gradient.data, subject.gradient.data) === 0,
      'the gradient is only read',
    );
    demand(maxAbsError(focused.parameters, before) === 0, 'only the caller changes the parameters');
  },

  /** Two clips in focus at once have parameters and masks of their own. */
  async keepsClipsApart(subject: AttentionSubject): Promise<void> {
    const [first, second] = [await focus(subject), await focus(subject)];
    const before = await attend(subject, second);
    const kept = before.mask.data.slice();
    nudge(first.parameters, subject.seed);
    await attend(subject, first);
    demand(maxAbsError(before.mask.data, kept) === 0, 'a mask belongs to the caller');
    const after = await attend(subject, second);
    const same = maxAbsError(after.mask.data, kept) === 0;
    demand(same, 'changing the parameters of one clip leaves the mask of another alone');
  },

  /** The mask follows the parameters that the caller changes in place. */
  async followsItsParameters(subject: AttentionSubject): Promise<void> {
    const focused = await focus(subject);
    if (focused.parameters.length === 0) return;
    const before = await attend(subject, focused);
    const kept = before.mask.data.slice();
    nudge(focused.parameters, subject.seed);
    const after = await attend(subject, focused);
    demand(maxAbsError(after.mask.data, kept) > 0, 'other parameters give another mask');
  },

  /**
   * `pullBack` is the transpose of the mask's derivative: along it, along random halves of it, and along single parameters
   * a weighted sum of the mask rises as central differences of `attend` say.
   */
  async pullsGradientsBack(subject: AttentionSubject): Promise<void> {
    const focused = await focus(subject);
    const { parameters } = focused;
    if (parameters.length === 0) return;
    const { mask } = await attend(subject, focused);
    const weights = cotangent(mask, subject.seed);
    const pulled = Float64Array.from(await focused.pullBack(weights));
    demand(
      pulled.length === parameters.length,
      `pullBack gives ${parameters.length} derivatives, not ${pulled.length}`,
    );
    const start = parameters.slice();
    const valueAt = async (direction: Float64Array, signedStep: number): Promise<number> => {
      parameters.set(start.map((value, index) => value + signedStep * direction[index]));
      const moved = await attend(subject, focused);
      parameters.set(start);
      return weights.data.reduce((sum, weight, index) => sum + weight * moved.mask.data[index], 0);
    };
    const largest = Math.max(...pulled.map(Math.abs));
    for (const [part, direction] of directionsFor(pulled, subject.seed)) {
      const claimed = pulled.reduce((sum, value, index) => sum + value * direction[index], 0);
      const ahead = await valueAt(direction, subject.step);
      const behind = await valueAt(direction, -subject.step);
      const measured = (ahead - behind) / (2 * subject.step);
      demand(
        Math.abs(measured - claimed) <= subject.tolerance * Math.max(Math.abs(claimed), largest),
        `along ${part} pullBack says ${claimed}, differences say ${measured}`,
      );
    }
  },

  /** An attention that needs the victim's gradient refuses to attend without it. */
  async refusesToWorkBlind(subject: AttentionSubject): Promise<void> {
    if (!subject.attention.requires.inputGradient) return;
    const focused = await focus(subject);
    try {
      await focused.attend();
    } catch (error) {
      demand(isMsanetError(error), `without a gradient it ends with an msanet error, not ${error}`);
      return;
    }
    demand(false, 'without the gradient that it requires it refuses to attend');
  },

  /** Clips in focus can be disposed, also twice. */
  async disposesTwice(subject: AttentionSubject): Promise<void> {
    const focused = await focus(subject);
    await focused.dispose();
    await focused.dispose();
  },
} as const;

function focus({ attention, clip, seed }: AttentionSubject): Promise<ClipAttention> {
  return attention.focus(clip, new Random(seed));
}

function attend(
  { attention, gradient }: AttentionSubject,
  focused: ClipAttention,
): Promise<AttentionMask> {
  return attention.requires.inputGradient ? focused.attend(gradient) : focused.attend();
}

/** Weights of a sum over the mask, of either sign. */
function cotangent(mask: Tensor<'float32'>, seed: number): Tensor<'float32'> {
  const data = new Random(seed)
    .fork('weights')
    .fillUniform(new Float32Array(mask.data.length), -1, 1);
  return { dtype: 'float32', shape: mask.shape, data };
}

/** Unit vectors to measure slopes along: the gradient, random halves of it, and up to 24 single parameters. */
function directionsFor(gradient: Float64Array, seed: number): [string, Float64Array][] {
  const random = new Random(seed).fork('directions');
  const half = Uint8Array.from(gradient, () => random.integer(2));
  const part = (chosen: (index: number) => boolean): Float64Array => {
    const values = gradient.map((value, index) => (chosen(index) ? value : 0));
    const length = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
    return values.map((value) => (length === 0 ? 0 : value / length));
  };
  const single = random.permutation(gradient.length).slice(0, 24);
  return [
    ['all parameters', part(() => true)],
    ['a random half of the parameters', part((index) => half[index] === 0)],
    ['the other half of the parameters', part((index) => half[index] === 1)],
    ...single.map((parameter): [string, Float64Array] => [
      `parameter ${parameter}`,
      gradient.map((_, index) => (index === parameter ? 1 : 0)),
    ]),
  ];
}

/** Moves all parameters a little, in place. */
function nudge(parameters: Float32Array, seed: number): void {
  const random = new Random(seed).fork('nudge');
  for (let index = 0; index < parameters.length; index++)
    parameters[index] += random.uniform(-0.3, 0.3);
}

function demandPicture(picture: Tensor<'float32'>, { clip }: AttentionSubject, what: string): void {
  const [, frames, , height, width] = clip.shape;
  const shape = [frames, 1, height, width];
  const filled = picture.data.length === frames * height * width;
  demand(
    picture.dtype === 'float32' && sameShape(picture.shape, shape) && filled,
    `${what} has shape (${shape.join(', ')}), not (${picture.shape.join(', ')})`,
  );
  demand(
    picture.data.every((value) => value >= 0 && value <= 1),
    `${what} has values in [0, 1]`,
  );
}
