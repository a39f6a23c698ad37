import type { ClipBatch, Loss, LossKind, VictimModel } from '@msanet/core';
import { Random } from '@msanet/tensor';

/** How far numbers may be apart. */
export interface VictimTolerance {
  /** Largest difference of logits and losses that should be equal, relative to the largest of them (at least 1). */
  readonly value: number;
  /** Largest relative difference of a gradient from the victim's own finite differences. */
  readonly gradient: number;
}

/** A victim under examination, with what the laws ask it about. */
export interface VictimSubject {
  readonly victim: VictimModel;
  /** Makes another one, for the law that disposes it. */
  readonly create: () => Promise<VictimModel> | VictimModel;
  /** At least two different clips. */
  readonly clips: ClipBatch;
  readonly losses: readonly LossKind[];
  readonly tolerance: VictimTolerance;
  readonly seed: number;
}

/** The losses that are defined for so many classes. */
export function lossesFor(classes: number): LossKind[] {
  const kinds: LossKind[] = ['cross-entropy', 'targeted-cross-entropy'];
  if (classes >= 2) kinds.push('margin', 'targeted-margin', 'logit-difference');
  if (classes >= 3) kinds.push('dlr');
  if (classes >= 4) kinds.push('targeted-dlr');
  return kinds;
}

/** A loss of that kind about random classes, different from clip to clip. */
export function lossOf(kind: LossKind, batch: number, classes: number, seed: number): Loss {
  const random = new Random(seed).fork(kind);
  const labels = Array.from({ length: batch }, () => random.integer(classes));
  const targets = labels.map(
    (label) => (label + 1 + random.integer(Math.max(classes - 1, 1))) % classes,
  );
  switch (kind) {
    case 'cross-entropy':
    case 'dlr':
    case 'margin':
      return { kind, labels };
    case 'targeted-cross-entropy':
    case 'targeted-margin':
      return { kind, targets };
    case 'targeted-dlr':
    case 'logit-difference':
      return { kind, labels, targets };
  }
}

/** The loss, and for margins also capped where every clip is beyond the cap. */
export function variantsOf(loss: Loss): Loss[] {
  if (loss.kind !== 'margin' && loss.kind !== 'targeted-margin') return [loss];
  return [loss, { ...loss, confidence: -1000 }];
}

/** The part of a loss that is about one clip. */
export function only(loss: Loss, clip: number): Loss {
  return {
    ...loss,
    ...('labels' in loss ? { labels: [loss.labels[clip]] } : {}),
    ...('targets' in loss ? { targets: [loss.targets[clip]] } : {}),
  } as Loss;
}
