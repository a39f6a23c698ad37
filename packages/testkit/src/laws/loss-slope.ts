import { clipBatch, topClasses, type ClipBatch, type Loss, type VictimModel } from '@msanet/core';
import { Random } from '@msanet/tensor';
import { lossAtLogits } from '../toy-victims/loss-gradient.js';

/** The clips with values from 0.2 to 0.8, so that there is room on either side. */
export function inner(clips: ClipBatch): ClipBatch {
  return clipBatch(
    clips.data.map((value) => 0.2 + 0.6 * value),
    clips.shape,
  );
}

/**
 * The loss of one clip, about another label where it would have no slope: while the label ranks third, DLR is the constant 1,
 * and its gradient nothing but rounding.
 */
export async function sloping(victim: VictimModel, clip: ClipBatch, loss: Loss): Promise<Loss> {
  if (loss.kind !== 'dlr') return loss;
  const logits = await victim.predict(clip);
  const [first, , third] = topClasses(logits.data, 3);
  return loss.labels[0] === third ? { ...loss, labels: [first] } : loss;
}

/** Parts of a clip, as choices of values. */
export function partsOf(clips: ClipBatch, seed: number): [string, (index: number) => boolean][] {
  const [, frames, , height, width] = clips.shape;
  const area = height * width;
  const frameOf = (index: number): number => Math.floor(index / (3 * area));
  const channelOf = (index: number): number => Math.floor(index / area) % 3;
  const random = new Random(seed).fork('halves');
  const half = Uint8Array.from({ length: clips.data.length }, () => random.integer(2));
  return [
    ['all values', () => true],
    ...[0, 1, 2].map((channel): [string, (index: number) => boolean] => [
      `channel ${channel}`,
      (index) => channelOf(index) === channel,
    ]),
    ['the first half of the frames', (index) => frameOf(index) < frames / 2],
    ['the second half of the frames', (index) => frameOf(index) >= frames / 2],
    ['a random half of the values', (index) => half[index] === 0],
    ['the other half of the values', (index) => half[index] === 1],
  ];
}

/** A few single values of a clip that is small enough for one value to be felt; none of a larger one. */
export function singleValues(clips: ClipBatch, seed: number): number[] {
  if (clips.data.length > 4096) return [];
  return new Random(seed).fork('single values').permutation(clips.data.length).slice(0, 12);
}

/**
 * The change of the loss per unit of length along a direction of length 1, by a central difference.
 *
 * @param expected the slope that is claimed; the step is chosen for it
 */
export async function directionalDerivative(
  victim: VictimModel,
  clips: ClipBatch,
  loss: Loss,
  direction: Float32Array,
  expected: number,
): Promise<number> {
  const largest = direction.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  // The loss should change by 2 % of a unit, if no value has to move by more than 0.1 for it.
  const step = Math.min(0.01 / Math.abs(expected), 0.1 / largest);
  const moved = (signedStep: number): Float32Array =>
    clips.data.map((value, index) => value + signedStep * direction[index]);
  const ahead = await lossAt(victim, moved(step), clips, loss);
  const behind = await lossAt(victim, moved(-step), clips, loss);
  return (ahead - behind) / (2 * step);
}

/** The change of the loss when the selected values move by up to 0.2 at random. */
export async function changeByNoise(
  victim: VictimModel,
  clips: ClipBatch,
  loss: Loss,
  selected: (index: number) => boolean,
  seed: number,
): Promise<number> {
  const noise = new Random(seed)
    .fork('noise')
    .fillUniform(new Float32Array(clips.data.length), -0.2, 0.2);
  const noisy = clips.data.map((value, index) => (selected(index) ? value + noise[index] : value));
  return (
    (await lossAt(victim, noisy, clips, loss)) - (await lossAt(victim, clips.data, clips, loss))
  );
}

/** The loss of one clip, by its formula from the victim's logits. */
async function lossAt(
  victim: VictimModel,
  values: Float32Array,
  { shape }: ClipBatch,
  loss: Loss,
): Promise<number> {
  const logits = await victim.predict(clipBatch(values, shape));
  return lossAtLogits(logits.data, loss, 0).loss;
}
