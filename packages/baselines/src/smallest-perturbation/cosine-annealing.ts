/**
 * The value of a cosine schedule: `first` at step 0, approaching `last` at step `steps`.
 *
 * Source: I. Loshchilov, F. Hutter, SGDR, ICLR 2017, equation 5.
 */
export function cosineAnnealing(first: number, last: number, step: number, steps: number): number {
  return last + ((first - last) * (1 + Math.cos((Math.PI * step) / steps))) / 2;
}
