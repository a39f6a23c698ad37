import {
  clipAt,
  clipBatch,
  clipSize,
  copyClips,
  emptyClips,
  isMsanetError,
  logitsOf,
  selectClips,
  type ClipBatch,
  type ErrorCode,
  type Loss,
  type LossKind,
  type VictimModel,
} from '@msanet/core';
import { Random } from '@msanet/tensor';
import { maxAbsError, relativeError } from '../close.js';
import { lossAtLogits } from '../toy-victims/loss-gradient.js';
import { demand } from './demand.js';

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

/** What every victim model owes; each law throws with a sentence when it is broken. */
export const victimLaws = {
  /** Names, sizes and capabilities are what the contract says they are. */
  async saysWhatItIs({ victim }: VictimSubject): Promise<void> {
    demand(victim.id !== '', 'a victim has an id');
    demand(victim.labels.length > 0, 'a victim has labels');
    demand(
      new Set(victim.labels).size === victim.labels.length,
      'no two classes of a victim have the same label',
    );
    const { frames, height, width } = victim.input;
    const lengths = { frames, height, width, shortSide: victim.geometry.shortSide };
    for (const [name, length] of Object.entries(lengths)) {
      demand(Number.isInteger(length) && length > 0, `${name} is a positive whole number`);
    }
  },

  /** Sampling gives one frame that exists for each frame of the input, from videos of any length. */
  async samplesFramesThatExist({ victim }: VictimSubject): Promise<void> {
    for (const frameCount of [1, 2, 3, 5, 8, 9, 31, 100, 1001]) {
      const indices = victim.sampling.indices(frameCount);
      demand(
        indices.length === victim.input.frames,
        `sampling picks ${victim.input.frames} frames of ${frameCount}, not ${indices.length}`,
      );
      for (const index of indices) {
        demand(
          Number.isInteger(index) && index >= 0 && index < frameCount,
          `sampling picks frame ${index} of ${frameCount}`,
        );
      }
    }
  },

  /** Logits have one row per clip and one column per label, all numbers. */
  async answersWithOneRowPerClip({ victim, clips }: VictimSubject): Promise<void> {
    const logits = await victim.predict(clips);
    const [batch, classes] = [clips.shape[0], victim.labels.length];
    demand(
      logits.shape.length === 2 && logits.shape[0] === batch && logits.shape[1] === classes,
      `logits have shape (${batch}, ${classes}), not (${logits.shape.join(', ')})`,
    );
    demand(
      logits.dtype === 'float32' && logits.data.length === batch * classes,
      'logits are float32 and fill their shape',
    );
    demand(!logits.data.some(Number.isNaN), 'logits are numbers');
  },

  /** Different clips get different logits. */
  async looksAtTheClip({ victim, clips }: VictimSubject): Promise<void> {
    const logits = await victim.predict(clips);
    const [first, second] = [logitsOf(logits, 0), logitsOf(logits, 1)];
    demand(maxAbsError(first, second) > 0, 'two different clips get different logits');
  },

  /** A deterministic victim gives the same clip the same logits. */
  async repeatsItself({ victim, clips, losses, seed }: VictimSubject): Promise<void> {
    if (!victim.supports.deterministic) return;
    const first = await victim.predict(clips);
    const second = await victim.predict(clips);
    demand(maxAbsError(first.data, second.data) === 0, 'the same clip gets the same logits');
    if (!victim.supports.inputGradient) return;
    const loss = lossOf(losses[0], clips.shape[0], victim.labels.length, seed);
    const one = await victim.lossGradient(clips, loss);
    const other = await victim.lossGradient(clips, loss);
    demand(
      maxAbsError(one.gradient.data, other.gradient.data) === 0,
      'the same clip gets the same gradient',
    );
  },

  /** A batch of n is n batches of one: no clip influences another. */
  async treatsClipsOneByOne(subject: VictimSubject): Promise<void> {
    const { victim, clips, losses, tolerance, seed } = subject;
    if (!victim.supports.deterministic) return;
    const batch = clips.shape[0];
    const together = await victim.predict(clips);
    for (let clip = 0; clip < batch; clip++) {
      const alone = await victim.predict(selectClips(clips, [clip]));
      demandClose(logitsOf(together, clip), alone.data, tolerance, 'logits alone and in a batch');
    }
    if (!victim.supports.inputGradient) return;
    for (const kind of losses) {
      const loss = lossOf(kind, batch, victim.labels.length, seed);
      const joint = await victim.lossGradient(clips, loss);
      for (let clip = 0; clip < batch; clip++) {
        const alone = await victim.lossGradient(selectClips(clips, [clip]), only(loss, clip));
        const what = `${kind} alone and in a batch`;
        demandClose([joint.loss[clip]], alone.loss, tolerance, what);
        const error = relativeError(clipAt(joint.gradient, clip), alone.gradient.data);
        demand(
          error <= tolerance.gradient,
          `gradient of ${kind} alone and in a batch: relative difference ${error}`,
        );
      }
    }
  },

  /** Clips are only read, and answers belong to the caller. */
  async sharesNoMemory({ victim, clips, losses, seed }: VictimSubject): Promise<void> {
    const asked = copyClips(clips);
    const logits = await victim.predict(asked);
    const kept = logits.data.slice();
    const others = emptyClips(clips.shape[0], clipSize(clips));
    await victim.predict(others);
    demand(maxAbsError(logits.data, kept) === 0, 'a later question leaves earlier logits alone');
    if (victim.supports.inputGradient) {
      const loss = lossOf(losses[0], clips.shape[0], victim.labels.length, seed);
      const { gradient } = await victim.lossGradient(asked, loss);
      const keptGradient = gradient.data.slice();
      await victim.lossGradient(others, loss);
      demand(
        maxAbsError(gradient.data, keptGradient) === 0,
        'a later question leaves earlier gradients alone',
      );
    }
    demand(
      maxAbsError(asked.data, clips.data) === 0,
      'the clips that it was asked about are only read',
    );
  },

  /** The loss is the formula of core's `Loss`, at the logits of the same answer. */
  async evaluatesTheLossOfItsLogits(subject: VictimSubject): Promise<void> {
    const { victim, clips, losses, tolerance, seed } = subject;
    if (!victim.supports.inputGradient) return;
    const batch = clips.shape[0];
    const predicted = await victim.predict(clips);
    for (const kind of losses) {
      for (const loss of variantsOf(lossOf(kind, batch, victim.labels.length, seed))) {
        const answer = await victim.lossGradient(clips, loss);
        demandClose(
          answer.logits.data,
          predicted.data,
          tolerance,
          `logits of ${kind} and of predict`,
        );
        for (let clip = 0; clip < batch; clip++) {
          const expected = lossAtLogits(logitsOf(answer.logits, clip), loss, clip).loss;
          demandClose([answer.loss[clip]], [expected], tolerance, `loss ${kind} and its formula`);
        }
      }
    }
  },

  /**
   * The gradient is the slope of the loss: along the gradient itself and along parts of it (each channel, the first and
   * the second half of the frames, random halves of the values), by central differences of the victim's own logits.
   */
  async givesTheSlopeOfTheLoss(subject: VictimSubject): Promise<void> {
    const { victim, losses, tolerance, seed } = subject;
    if (!victim.supports.inputGradient) return;
    const clips = inner(selectClips(subject.clips, [0]));
    for (const kind of losses) {
      const loss = lossOf(kind, 1, victim.labels.length, seed);
      const { gradient } = await victim.lossGradient(clips, loss);
      demand(
        gradient.shape.length === 5 && gradient.data.length === clips.data.length,
        'a gradient has the shape of its clips',
      );
      for (const [part, selected] of partsOf(clips, seed)) {
        const direction = gradient.data.map((value, index) => (selected(index) ? value : 0));
        const slope = Math.sqrt(direction.reduce((sum, value) => sum + value * value, 0));
        if (slope === 0) {
          const change = await changeByNoise(victim, clips, loss, selected, seed);
          const flat = Math.abs(change) <= 1e-4;
          demand(
            flat,
            `${kind} has no gradient over ${part}, but noise there changes it by ${change}`,
          );
          continue;
        }
        const measured = await directionalDerivative(victim, clips, loss, direction, slope);
        demand(
          Math.abs(measured - slope) <= tolerance.gradient * slope,
          `loss ${kind} along its gradient over ${part}: slope ${slope}, measured ${measured}`,
        );
      }
    }
  },

  /** Without gradients `lossGradient` is refused with a code. */
  async refusesGradientsItDoesNotHave({
    victim,
    clips,
    losses,
    seed,
  }: VictimSubject): Promise<void> {
    if (victim.supports.inputGradient) return;
    const loss = lossOf(losses[0], clips.shape[0], victim.labels.length, seed);
    await demandRefusal(
      () => victim.lossGradient(clips, loss),
      ['CAPABILITY_MISSING'],
      'a gradient',
    );
  },

  /** Clips that break the clip contract are refused with a code. */
  async refusesBadClips({ victim, clips, losses, seed }: VictimSubject): Promise<void> {
    const { frames, height, width } = victim.input;
    const batch = clips.shape[0];
    const withValue = (value: number): ClipBatch => {
      const changed = copyClips(clips);
      changed.data[changed.data.length - 1] = value;
      return changed;
    };
    const bad: [string, ClipBatch][] = [
      ['NaN', withValue(NaN)],
      ['an infinite value', withValue(Infinity)],
      ['a value below 0', withValue(-0.5)],
      ['values of 0 … 255', withValue(255)],
      ['too many frames', emptyClips(batch, { frames: frames + 1, height, width })],
      ['too high frames', emptyClips(batch, { frames, height: height + 1, width })],
      ['too wide frames', emptyClips(batch, { frames, height, width: width + 1 })],
      ['no clips', emptyClips(0, victim.input)],
    ];
    for (const [what, wrong] of bad) {
      await demandRefusal(() => victim.predict(wrong), ['CLIP_INVALID'], `clips with ${what}`);
      if (!victim.supports.inputGradient) continue;
      const loss = lossOf(losses[0], wrong.shape[0], victim.labels.length, seed);
      const ask = (): Promise<unknown> => victim.lossGradient(wrong, loss);
      await demandRefusal(ask, ['CLIP_INVALID'], `a gradient at clips with ${what}`);
    }
  },

  /** A loss about other classes than the victim's, or about another number of clips, is refused with a code. */
  async refusesBadLosses({ victim, clips }: VictimSubject): Promise<void> {
    if (!victim.supports.inputGradient) return;
    const batch = clips.shape[0];
    const classes = victim.labels.length;
    const lists = [
      new Array<number>(batch + 1).fill(0),
      new Array<number>(batch).fill(classes),
      new Array<number>(batch).fill(-1),
      new Array<number>(batch).fill(0.5),
    ];
    for (const labels of lists) {
      const loss: Loss = { kind: 'cross-entropy', labels };
      const ask = (): Promise<unknown> => victim.lossGradient(clips, loss);
      const what = `a loss of ${batch} clips about classes [${labels.join(', ')}]`;
      await demandRefusal(ask, ['OPTION_INVALID', 'LABEL_UNKNOWN'], what);
    }
  },

  /** After `dispose`, which may be called twice, everything is refused with a code. */
  async staysDisposed({ create, clips, losses, seed }: VictimSubject): Promise<void> {
    const victim = await create();
    await victim.dispose();
    await victim.dispose();
    await demandRefusal(() => victim.predict(clips), ['DISPOSED'], 'a question after dispose');
    if (!victim.supports.inputGradient) return;
    const loss = lossOf(losses[0], clips.shape[0], victim.labels.length, seed);
    const ask = (): Promise<unknown> => victim.lossGradient(clips, loss);
    await demandRefusal(ask, ['DISPOSED'], 'a gradient after dispose');
  },
} as const;

/** The losses that are defined for so many classes. */
export function lossesFor(classes: number): LossKind[] {
  const kinds: LossKind[] = ['cross-entropy', 'targeted-cross-entropy'];
  if (classes >= 2) kinds.push('margin', 'targeted-margin');
  if (classes >= 3) kinds.push('dlr');
  if (classes >= 4) kinds.push('targeted-dlr');
  return kinds;
}

/** A loss of that kind about random classes, different from clip to clip. */
function lossOf(kind: LossKind, batch: number, classes: number, seed: number): Loss {
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
      return { kind, labels, targets };
  }
}

/** The loss, and for margins also capped where every clip is beyond the cap. */
function variantsOf(loss: Loss): Loss[] {
  if (loss.kind !== 'margin' && loss.kind !== 'targeted-margin') return [loss];
  return [loss, { ...loss, confidence: -1000 }];
}

/** The part of a loss that is about one clip. */
function only(loss: Loss, clip: number): Loss {
  return {
    ...loss,
    ...('labels' in loss ? { labels: [loss.labels[clip]] } : {}),
    ...('targets' in loss ? { targets: [loss.targets[clip]] } : {}),
  } as Loss;
}

/** The clips with values from 0.2 to 0.8, so that there is room on either side. */
function inner(clips: ClipBatch): ClipBatch {
  return clipBatch(
    clips.data.map((value) => 0.2 + 0.6 * value),
    clips.shape,
  );
}

/** Parts of a clip, as choices of values. */
function partsOf(clips: ClipBatch, seed: number): [string, (index: number) => boolean][] {
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

/** The change of the loss per unit of length along a direction, by a central difference. */
async function directionalDerivative(
  victim: VictimModel,
  clips: ClipBatch,
  loss: Loss,
  direction: Float32Array,
  length: number,
): Promise<number> {
  const largest = direction.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  // The loss should change by 2 % of a unit, if no value has to move by more than 0.1 for it.
  const step = Math.min(0.01 / length, (0.1 * length) / largest);
  const moved = (signedStep: number): Float32Array =>
    clips.data.map((value, index) => value + (signedStep * direction[index]) / length);
  const ahead = await lossAt(victim, moved(step), clips, loss);
  const behind = await lossAt(victim, moved(-step), clips, loss);
  return (ahead - behind) / (2 * step);
}

/** The change of the loss when the selected values move by up to 0.2 at random. */
async function changeByNoise(
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

function demandClose(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  { value }: VictimTolerance,
  what: string,
): void {
  const largest = Array.from(expected).reduce((most, next) => Math.max(most, Math.abs(next)), 1);
  const error = maxAbsError(actual, expected);
  demand(error <= value * largest, `${what} are equal, but differ by ${error}`);
}

/** Demands that an action ends with one of these codes. */
async function demandRefusal(
  action: () => Promise<unknown>,
  codes: readonly ErrorCode[],
  what: string,
): Promise<void> {
  const wanted = codes.join(' or ');
  try {
    await action();
  } catch (error) {
    const code = isMsanetError(error) ? error.code : String(error);
    demand(
      (codes as readonly string[]).includes(code),
      `${what} ends with ${wanted}, not with ${code}`,
    );
    return;
  }
  demand(false, `${what} is refused with ${wanted}`);
}
