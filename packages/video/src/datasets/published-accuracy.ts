/** Accuracy that a publication reports on clean clips. */
export interface PublishedAccuracy {
  /** Id of the victim plugin: `tsm` or `tdn`. */
  readonly victim: string;
  /** Id of the data set's format. */
  readonly dataset: string;
  /** Official split, or the mean of all three. */
  readonly split: 1 | 2 | 3 | 'mean';
  /** Architecture, sampling and pre-training. */
  readonly model: string;
  /** Segments of the sampling. */
  readonly segments: number;
  /** Share of clips in [0, 1]. */
  readonly top1: number;
  /** Share of clips in [0, 1], where it is reported. */
  readonly top5?: number;
  readonly source: string;
}

const mmaction = 'MMAction2 0.x, configs/recognition/tsm/README.md';

/**
 * Clean accuracies of public models, for judging whether a checkpoint, its classes and its preprocessing were put together
 * rightly. Only figures that were read in the source that is named are here. Test protocols differ a little (crops, clips),
 * so a point or two below is no alarm, but ten are.
 */
export const publishedAccuracy: readonly PublishedAccuracy[] = [
  {
    victim: 'tsm',
    dataset: 'ucf101',
    split: 1,
    model: 'TSM ResNet-50, 8 frames, pre-trained on Kinetics-400',
    segments: 8,
    top1: 0.945,
    top5: 0.9958,
    source: mmaction,
  },
  {
    victim: 'tsm',
    dataset: 'ucf101',
    split: 1,
    model: 'TSM ResNet-50, 16 frames, pre-trained on Kinetics-400',
    segments: 16,
    top1: 0.9458,
    top5: 0.9937,
    source: mmaction,
  },
  {
    victim: 'tsm',
    dataset: 'hmdb51',
    split: 1,
    model: 'TSM ResNet-50, 8 frames, pre-trained on Kinetics-400',
    segments: 8,
    top1: 0.7268,
    top5: 0.9203,
    source: mmaction,
  },
  {
    victim: 'tsm',
    dataset: 'hmdb51',
    split: 1,
    model: 'TSM ResNet-50, 16 frames, pre-trained on Kinetics-400',
    segments: 16,
    top1: 0.7477,
    top5: 0.9386,
    source: mmaction,
  },
  {
    victim: 'tdn',
    dataset: 'ucf101',
    split: 'mean',
    model: 'TDN ResNet-50, 8 segments of 5 frames, pre-trained on Kinetics-400',
    segments: 8,
    top1: 0.974,
    source:
      'Wang et al., "TDN: Temporal Difference Networks for Efficient Action Recognition", CVPR 2021',
  },
];
