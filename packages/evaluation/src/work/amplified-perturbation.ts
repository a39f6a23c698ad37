import type { Tensor } from '@msanet/tensor';

/** Level of no perturbation in the amplified view. */
const midGrey = 128;

/** A perturbation made visible. */
export interface AmplifiedPerturbation {
  /** Mid-grey plus the perturbation, amplified; 8-bit RGB in the shape of the clips. */
  readonly clip: Tensor<'uint8'>;
  /** How many times it is amplified. */
  readonly amplification: number;
}

/**
 * Makes a perturbation visible: mid-grey plus the change of every pixel, amplified as far as the largest change allows.
 *
 * @param clean 8-bit RGB, shape (frames, 3, height, width)
 * @param adversarial in the same shape
 */
export function amplifiedPerturbation(
  clean: Tensor<'uint8'>,
  adversarial: Tensor<'uint8'>,
): AmplifiedPerturbation {
  let highest = 1;
  for (let index = 0; index < clean.data.length; index++) {
    highest = Math.max(highest, Math.abs(adversarial.data[index] - clean.data[index]));
  }
  const amplification = Math.max(1, Math.floor((midGrey - 1) / highest));
  const data = new Uint8Array(clean.data.length);
  for (let index = 0; index < data.length; index++) {
    const change = adversarial.data[index] - clean.data[index];
    data[index] = Math.min(255, Math.max(0, midGrey + amplification * change));
  }
  return { clip: { ...clean, data }, amplification };
}
