import {
  clipAt,
  clipSize,
  copyClips,
  emptyClips,
  isMsanetError,
  logitsOf,
  selectClips,
  type ClipBatch,
  type ErrorCode,
  type Loss,
} from '@msanet/core';
import { maxAbsError, relativeError } from '../close.js';
import { lossAtLogits } from '../toy-victims/loss-gradient.js';
import { demand } from './demand.js';
import {
  changeByNoise,
  directionalDerivative,
  inner,
  partsOf,
  singleValues,
  sloping,
} from './loss-slope.js';
import {
  lossOf,
  only,
  variantsOf,
  type VictimSubject,
  type VictimTolerance,
} from './victim-subject.js';

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
   * the second half of the frames, random halves of the values), by central differences of the victim's own logits. In
   * small clips, single values are tried as well.
   */
  async givesTheSlopeOfTheLoss(subject: VictimSubject): Promise<void> {
    const { victim, losses, tolerance, seed } = subject;
    if (!victim.supports.inputGradient) return;
    const clips = inner(selectClips(subject.clips, [0]));
    for (const kind of losses) {
      const loss = await sloping(victim, clips, lossOf(kind, 1, victim.labels.length, seed));
      const { gradient } = await victim.lossGradient(clips, loss);
      demand(
        gradient.shape.length === 5 && gradient.data.length === clips.data.length,
        'a gradient has the shape of its clips',
      );
      for (const [part, selected] of partsOf(clips, seed)) {
        const masked = gradient.data.map((value, index) => (selected(index) ? value : 0));
        const slope = Math.sqrt(masked.reduce((sum, value) => sum + value * value, 0));
        if (slope === 0) {
          const change = await changeByNoise(victim, clips, loss, selected, seed);
          const flat = Math.abs(change) <= 1e-4;
          demand(
            flat,
            `${kind} has no gradient over ${part}, but noise there changes it by ${change}`,
          );
          continue;
        }
        const direction = masked.map((value) => value / slope);
        const measured = await directionalDerivative(victim, clips, loss, direction, slope);
        demand(
          Math.abs(measured - slope) <= tolerance.gradient * slope,
          `loss ${kind} along its gradient over ${part}: slope ${slope}, measured ${measured}`,
        );
      }
      const largest = gradient.data.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      for (const index of singleValues(clips, seed)) {
        const direction = new Float32Array(clips.data.length);
        direction[index] = 1;
        const slope = gradient.data[index];
        const measured = await directionalDerivative(victim, clips, loss, direction, slope);
        demand(
          Math.abs(measured - slope) <= tolerance.gradient * largest,
          `loss ${kind} along value ${index}: slope ${slope}, measured ${measured}`,
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

/** Demands that values are equal but for rounding, relative to the largest of them. */
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
