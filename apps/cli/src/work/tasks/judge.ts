import { argmax, clipBatch, clipSize, logitsOf, type ClipBatch } from '@msanet/core';
import { Random } from '@msanet/tensor';
import { readDataset, type SplitNumber } from '@msanet/video';
import { readClip } from '../../files/read-clip.js';
import type { TaskContext } from '../task.js';
import { withVictim, type VictimArguments } from '../victim-session.js';

/** Which victim to judge, and on what. */
export interface JudgeArguments extends VictimArguments {
  readonly dataset: string;
  readonly root: string;
  readonly split?: SplitNumber;
  /** Pairs of classes that time turned round makes of each other. */
  readonly twins: readonly (readonly [string, string])[];
  /** Of the shuffling. */
  readonly seed: number;
}

/** How well a victim knows the test part of a data set, and how much of it depends on the order of the frames. */
export interface JudgeResult {
  readonly victim: string;
  readonly dataset: string;
  readonly split: number | undefined;
  readonly clips: number;
  /** Share of the clips whose class is right. */
  readonly accuracy: number;
  /** The same with the frames of every clip in random order. */
  readonly shuffledAccuracy: number;
  readonly seed: number;
  /** Clips of classes that have a twin, played backwards; `null` where no twins were given. */
  readonly backwards: BackwardsResult | null;
  readonly classes: readonly string[];
  /** Clips by true class (row) and predicted class (column). */
  readonly confusion: readonly (readonly number[])[];
}

/** What becomes of clips whose class has a twin when they are played backwards. */
export interface BackwardsResult {
  readonly clips: number;
  /** Share that is taken for the twin. */
  readonly turned: number;
  /** The same of the clips that are right as filmed. */
  readonly turnedOfRight: number;
}

/** Judges a victim on the test part of a data set: as filmed, with shuffled frames, and backwards. */
export function judge(input: JudgeArguments, context: TaskContext): Promise<JudgeResult> {
  return withVictim(input, context, async ({ victim }) => {
    const { dataset, root, split, seed } = input;
    const data = await readDataset(dataset, {
      root,
      part: 'test',
      ...(split === undefined ? {} : { split }),
    });
    const { classes } = data;
    const twinOf = twinsOf(classes, input.twins);
    const confusion = classes.map(() => classes.map(() => 0));
    const random = new Random(seed).fork('shuffle');
    const counts = {
      clips: 0,
      right: 0,
      shuffled: 0,
      paired: 0,
      turned: 0,
      both: 0,
      pairedRight: 0,
    };
    const predict = async (clip: ClipBatch): Promise<number> => {
      const logits = await victim.predict(clip);
      const name = victim.labels[argmax(logitsOf(logits, 0))];
      return classes.indexOf(name);
    };
    for (const { id, path, label } of data.clips) {
      if (context.signal.aborted) break;
      const { clip } = await readClip(path, victim, context);
      const { frames } = clipSize(clip);
      const inOrder = Array.from({ length: frames }, (_, frame) => frame);
      const found = await predict(clip);
      confusion[label][found] += 1;
      counts.clips += 1;
      counts.right += Number(found === label);
      const order = random.fork(id).permutation(frames);
      counts.shuffled += Number((await predict(reordered(clip, order))) === label);
      const twin = twinOf.get(label);
      if (twin !== undefined) {
        const turned = (await predict(reordered(clip, inOrder.toReversed()))) === twin;
        counts.paired += 1;
        counts.turned += Number(turned);
        counts.pairedRight += Number(found === label);
        counts.both += Number(found === label && turned);
      }
      context.progress({ subject: id, step: counts.clips, steps: data.clips.length });
    }
    return {
      victim: victim.id,
      dataset,
      split: data.split.number,
      clips: counts.clips,
      accuracy: counts.right / counts.clips,
      shuffledAccuracy: counts.shuffled / counts.clips,
      seed,
      backwards:
        counts.paired === 0
          ? null
          : {
              clips: counts.paired,
              turned: counts.turned / counts.paired,
              turnedOfRight: counts.both / counts.pairedRight,
            },
      classes,
      confusion,
    };
  });
}

function twinsOf(
  classes: readonly string[],
  pairs: readonly (readonly [string, string])[],
): Map<number, number> {
  const twins = new Map<number, number>();
  for (const [a, b] of pairs) {
    const [first, second] = [classes.indexOf(a), classes.indexOf(b)];
    if (first < 0 || second < 0) continue;
    twins.set(first, second);
    twins.set(second, first);
  }
  return twins;
}

/** A clip with its frames in another order. */
function reordered(clip: ClipBatch, order: readonly number[]): ClipBatch {
  const length = clip.data.length / order.length;
  const data = new Float32Array(clip.data.length);
  order.forEach((frame, place) => {
    data.set(clip.data.subarray(frame * length, (frame + 1) * length), place * length);
  });
  return clipBatch(data, clip.shape);
}
