/** What a training says after an epoch. */
export interface Epoch {
  readonly epoch: number;
  /** Mean loss of its steps. */
  readonly loss: number;
  /** Share of the augmented training clips that were right, in [0, 1]. */
  readonly accuracy: number;
  /** Share of the held-out clips that were right, where the epoch was judged. */
  readonly heldOut?: number;
  /** Since the training began. */
  readonly seconds: number;
}

/** The epochs of a log of `msanet train`, which holds one JSON object per line. */
export function epochsOf(log: string): Epoch[] {
  return log
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Epoch & { readonly kind: string })
    .filter(({ kind }) => kind === 'epoch');
}
