import { basename, join, parse } from 'node:path';
import {
  argmax,
  isMsanetError,
  misclassification,
  runAttack,
  targeted,
  timestamp,
  type Attack,
  type AttackOutcome,
  type Budget,
  type Criterion,
  type VictimModel,
} from '@msanet/core';
import { writeFileAtomically } from '@msanet/video';
import { parseLabel } from '../../arguments/label.js';
import { readClip, type PreparedClip } from '../../files/read-clip.js';
import { writeClipFiles, type ClipFiles } from '../../files/clip-files.js';
import { makeFolder } from '../../files/make-folder.js';
import { versions, type Versions } from '../../versions.js';
import { perturbationSize, type PerturbationSize } from '../perturbation-size.js';
import { scoreOf, topScores, type ClassScore } from '../predictions.js';
import type { TaskContext } from '../task.js';
import { withVictim, type VictimArguments } from '../victim-session.js';

/** What to attack, how, and where the results go. */
export interface AttackArguments extends VictimArguments {
  readonly inputs: readonly string[];
  /** Id of the attack plugin. */
  readonly attack: string;
  readonly attackOptions: Record<string, unknown>;
  readonly budget: Budget;
  /** True class of the inputs; the victim's own prediction when absent. */
  readonly label?: string;
  /** Class that the inputs are to be taken for; untargeted when absent. */
  readonly target?: string;
  readonly seed: number;
  readonly queryLimit?: number;
  /** Folder that receives one folder per input. */
  readonly out: string;
}

/** What is recorded of one attacked input; the content of its `result.json`. */
export interface AttackRecord {
  readonly input: string;
  readonly frameCount: number;
  readonly frameIndices: readonly number[];
  readonly victim: { readonly id: string; readonly options: Record<string, unknown> };
  readonly attack: { readonly id: string; readonly options: Record<string, unknown> };
  readonly budget: Budget;
  readonly criterion: Criterion;
  /** Whether the true class was given or is the victim's own prediction. */
  readonly labelSource: 'given' | 'prediction';
  readonly seed: number;
  readonly device: string;
  readonly versions: Versions;
  readonly finished: string;
  /** Whether the 8-bit clip inside the budget is adversarial. */
  readonly success: boolean;
  /** Whether the clean clip was adversarial already; then it was not attacked. */
  readonly alreadyAdversarial: boolean;
  readonly interrupted: boolean;
  readonly clean: { readonly top: readonly ClassScore[]; readonly label: ClassScore };
  readonly adversarial: { readonly top: readonly ClassScore[]; readonly label: ClassScore };
  /** How far the returned clip is on the adversarial side, in logits. */
  readonly margin: number;
  readonly queries: AttackOutcome['clips'][number]['queries'];
  readonly firstSuccess: AttackOutcome['clips'][number]['firstSuccess'] | null;
  readonly perturbation: PerturbationSize;
  readonly seconds: number;
  readonly files: ClipFiles;
}

/** What happened to one input: a record, or the reason why there is none. */
export type AttackEntry =
  | { readonly folder: string; readonly record: AttackRecord }
  | { readonly folder: undefined; readonly input: string; readonly error: string };

/** The attack on all inputs. */
export interface AttackResult {
  readonly entries: readonly AttackEntry[];
}

/** Attacks each input and writes its folder as soon as it is done. */
export function attack(input: AttackArguments, context: TaskContext): Promise<AttackResult> {
  return withVictim(input, context, async ({ composition, victim, device }) => {
    const attack = await composition.createAttack(input.attack, input.attackOptions);
    await makeFolder(input.out);
    const folders = uniqueNames(input.inputs).map((name) => join(input.out, name));
    const entries: AttackEntry[] = [];
    try {
      for (const [index, path] of input.inputs.entries()) {
        if (context.signal.aborted) break;
        const subject = `${basename(path)} (${index + 1}/${input.inputs.length})`;
        const folder = folders[index];
        try {
          const record = await attackInput(path, subject, folder, {
            input,
            attack,
            victim,
            device,
            context,
          });
          entries.push({ folder, record });
        } catch (error) {
          // A damaged input costs its own result only; a wrong call would fail for every input.
          if (!isMsanetError(error) || error.exitCode === 2 || input.inputs.length === 1)
            throw error;
          context.note(error.message);
          entries.push({ folder: undefined, input: path, error: error.message });
        }
      }
    } finally {
      await attack.dispose?.();
    }
    return { entries };
  });
}

interface AttackSession {
  readonly input: AttackArguments;
  readonly attack: Attack;
  readonly victim: VictimModel;
  readonly device: string;
  readonly context: TaskContext;
}

async function attackInput(
  path: string,
  subject: string,
  folder: string,
  session: AttackSession,
): Promise<AttackRecord> {
  const { input, attack, victim, context } = session;
  const prepared = await readClip(path, victim, context);
  const criterion = await criterionFor(input, victim, prepared);
  const outcome = await runAttack({
    attack,
    victim,
    clips: prepared.clip,
    criteria: [criterion],
    budget: input.budget,
    seed: input.seed,
    ...(input.queryLimit === undefined ? {} : { queryLimit: input.queryLimit }),
    signal: context.signal,
    onStep: ({ step, steps, loss, queries, succeeded }) => {
      const { forward, gradient } = queries[0];
      context.progress({
        subject: `${attack.id} on ${subject}`,
        step,
        steps,
        ...(loss === undefined ? {} : { loss: loss[0] }),
        queries: forward + gradient,
        succeeded: succeeded[0],
      });
    },
  });
  const files = await writeClipFiles(folder, outcome, prepared.frameRate);
  const record = recordOf(session, path, prepared, criterion, outcome, files);
  await writeFileAtomically(join(folder, 'result.json'), `${JSON.stringify(record, null, 2)}\n`);
  return record;
}

async function criterionFor(
  input: AttackArguments,
  victim: VictimModel,
  { clip }: PreparedClip,
): Promise<Criterion> {
  const label =
    input.label === undefined
      ? argmax((await victim.predict(clip)).data)
      : parseLabel(input.label, victim.labels, '--label');
  if (input.target === undefined) return misclassification(label);
  return targeted(label, parseLabel(input.target, victim.labels, '--target'));
}

function recordOf(
  { input, victim, device }: AttackSession,
  path: string,
  { frameCount, frameIndices }: PreparedClip,
  criterion: Criterion,
  outcome: AttackOutcome,
  files: ClipFiles,
): AttackRecord {
  const [clip] = outcome.clips;
  const judged = (logits: Float32Array): AttackRecord['clean'] => ({
    top: topScores(logits, victim.labels, 5),
    label: scoreOf(logits, victim.labels, criterion.label),
  });
  return {
    input: path,
    frameCount,
    frameIndices,
    victim: { id: input.victim, options: input.victimOptions },
    attack: { id: input.attack, options: input.attackOptions },
    budget: input.budget,
    criterion,
    labelSource: input.label === undefined ? 'prediction' : 'given',
    seed: input.seed,
    device,
    versions: versions(),
    finished: timestamp(),
    success: clip.success,
    alreadyAdversarial: clip.alreadyAdversarial,
    interrupted: outcome.aborted,
    clean: judged(clip.cleanLogits),
    adversarial: judged(clip.adversarialLogits),
    margin: clip.margin,
    queries: clip.queries,
    firstSuccess: clip.firstSuccess ?? null,
    perturbation: perturbationSize(outcome.clean, outcome.adversarial),
    seconds: outcome.seconds,
    files,
  };
}

/** A folder name per input: its file name, numbered where two inputs share one. */
function uniqueNames(inputs: readonly string[]): string[] {
  const taken = new Set<string>();
  return inputs.map((path) => {
    const base = parse(path).name || 'clip';
    let name = base;
    for (let serial = 2; taken.has(name); serial++) name = `${base}-${serial}`;
    taken.add(name);
    return name;
  });
}
