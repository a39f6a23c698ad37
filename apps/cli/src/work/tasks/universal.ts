import { demoActionsCache } from '@msanet/demo-actions';
import { fitUniversal, universalAttacks, type TrainingClip } from '@msanet/baselines';
import {
  MsanetError,
  clipAt,
  clipBatch,
  fromLevels,
  isAdversarial,
  misclassification,
  roundInsideBudget,
  secondsNow,
  targeted,
  toLevels,
  type Budget,
  type ClipBatch,
  type Criterion,
  type QueryCount,
  type VictimModel,
} from '@msanet/core';
import { matchClasses } from '@msanet/evaluation';
import {
  readDataset,
  selectDatasetClips,
  writeNpyClip,
  type DatasetPart,
  type SplitNumber,
} from '@msanet/video';
import { parseLabel } from '../../arguments/label.js';
import { readClip } from '../../files/read-clip.js';
import type { TaskContext } from '../task.js';
import { withVictim, type VictimArguments } from '../victim-session.js';

/** What to fit a universal perturbation on, and where it goes. */
export interface UniversalArguments extends VictimArguments {
  /** Id of the universal attack. */
  readonly attack: string;
  readonly attackOptions: Record<string, unknown>;
  readonly budget: Budget;
  readonly dataset: string;
  readonly root?: string;
  readonly split?: SplitNumber;
  readonly part: DatasetPart;
  /** Clips to fit on, chosen at random with the seed. */
  readonly clips: number;
  /** Class that all clips are to be taken for; any wrong one when absent. */
  readonly target?: string;
  readonly seed: number;
  /** The `.npy` file. */
  readonly out: string;
}

/** How a fit went. */
export interface UniversalResult {
  readonly attack: { readonly id: string; readonly options: Record<string, unknown> };
  readonly victim: string;
  readonly budget: Budget;
  readonly clips: number;
  readonly queries: QueryCount;
  /** Shares of the clips that meet the criterion, as 8-bit clips; `null` after an interruption. */
  readonly adversarial: { readonly before: number; readonly after: number } | null;
  /** What describes the perturbation, where it has parameters. */
  readonly parameters: Readonly<Record<string, number>> | null;
  readonly interrupted: boolean;
  readonly seconds: number;
  readonly out: string;
}

/** Fits a universal perturbation on clips of a data set, and writes it. */
export function universal(
  input: UniversalArguments,
  context: TaskContext,
): Promise<UniversalResult> {
  return withVictim(input, context, async ({ victim }) => {
    const attack = universalAttacks.find(({ id }) => id === input.attack);
    if (attack === undefined) throw unknownUniversal(input.attack);
    const clips = await trainingClips(input, victim, context);
    const start = secondsNow();
    const fit = await fitUniversal(
      attack,
      {
        ...{ victim, clips, count: clips.count, budget: input.budget, seed: input.seed },
        signal: context.signal,
        onStep: ({ step, steps, loss }) =>
          context.progress({ subject: `fitting ${attack.id}`, step, steps, loss }),
      },
      input.attackOptions,
    );
    const seconds = secondsNow() - start;
    await writeNpyClip(input.out, fit.perturbation);
    const adversarial = fit.aborted
      ? null
      : await judge(clips, victim, fit.perturbation.data, input.budget);
    return {
      attack: { id: input.attack, options: input.attackOptions },
      victim: input.victim,
      budget: input.budget,
      clips: clips.count,
      queries: fit.queries,
      adversarial,
      parameters: fit.parameters ?? null,
      interrupted: fit.aborted,
      seconds,
      out: input.out,
    };
  });
}

/** The error for an id that no universal attack has. */
export function unknownUniversal(id: string): MsanetError {
  return new MsanetError({
    code: 'PLUGIN_UNKNOWN',
    where: '--attack',
    expected: universalAttacks.map((attack) => attack.id).join(', '),
    got: id,
    remedy: 'choose one of them',
  });
}

/** Clips in memory, as 8-bit levels: a quarter of what they take as float. */
class StoredClips implements Iterable<TrainingClip> {
  readonly #stored: { levels: Uint8Array; shape: ClipBatch['shape']; criterion: Criterion }[] = [];

  get count(): number {
    return this.#stored.length;
  }

  add(clip: ClipBatch, criterion: Criterion): void {
    this.#stored.push({ levels: toLevels(clip.data), shape: clip.shape, criterion });
  }

  *[Symbol.iterator](): Iterator<TrainingClip> {
    for (const { levels, shape, criterion } of this.#stored) {
      yield { clip: clipBatch(fromLevels(levels), shape), criterion };
    }
  }
}

async function trainingClips(
  input: UniversalArguments,
  victim: VictimModel,
  context: TaskContext,
): Promise<StoredClips> {
  const { dataset: id, split, part, seed, clips: count } = input;
  const dataset = await readDataset(id, {
    root: rootOf(input),
    part,
    ...(split === undefined ? {} : { split }),
  });
  const { indices, note } = matchClasses(dataset.classes, victim.labels, victim.id);
  if (note !== undefined) context.note(note);
  const target =
    input.target === undefined ? undefined : parseLabel(input.target, victim.labels, '--target');
  const stored = new StoredClips();
  const chosen = selectDatasetClips(dataset.clips, { kind: 'random', count, seed });
  for (const [index, { path, label }] of chosen.entries()) {
    if (context.signal.aborted) throw interrupted();
    context.progress({ subject: 'reading clips', step: index + 1, steps: chosen.length });
    const own = indices[label];
    const { clip } = await readClip(path, victim, context);
    stored.add(clip, target === undefined ? misclassification(own) : targeted(own, target));
  }
  return stored;
}

function interrupted(): MsanetError {
  return new MsanetError({
    code: 'ABORTED',
    where: 'reading clips',
    expected: 'to read every clip',
    got: 'an interruption',
    remedy: 'nothing was fitted yet',
  });
}

function rootOf({ dataset, root }: UniversalArguments): string {
  const place = root ?? (dataset === 'demo-actions' ? demoActionsCache() : undefined);
  if (place !== undefined) return place;
  throw new MsanetError({
    code: 'OPTION_INVALID',
    where: `data set ${dataset}`,
    expected: 'the folder that holds it',
    got: 'nothing',
    remedy: 'pass it with --root',
  });
}

/** Shares of the clips that are adversarial as they are, and with the perturbation. */
async function judge(
  clips: StoredClips,
  victim: VictimModel,
  perturbation: Float32Array,
  budget: Budget,
): Promise<{ before: number; after: number }> {
  let [before, after] = [0, 0];
  for (const { clip, criterion } of clips) {
    if (isAdversarial((await victim.predict(clip)).data, criterion)) before += 1;
    const clean = clipAt(clip, 0);
    const moved = clean.map((value, index) => value + perturbation[index]);
    roundInsideBudget(moved, clean, budget, victim.input);
    const answer = await victim.predict(clipBatch(moved, clip.shape));
    if (isAdversarial(answer.data, criterion)) after += 1;
  }
  return { before: before / clips.count, after: after / clips.count };
}
