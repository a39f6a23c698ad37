import {
  MsanetError,
  adversarialMargin,
  argmax,
  copyClips,
  clipSize,
  isAdversarial,
  logitsOf,
  misclassification,
  project,
  runAttack,
  secondsNow,
  targeted,
  type AttackOutcome,
  type Budget,
  type ClipBatch,
  type Criterion,
  type VictimModel,
} from '@msanet/core';
import { jobSeed } from '../comparison/job-grid.js';
import type { AttackRecord, TransferVerdict, Verdict } from '../records/attack-record.js';
import { checkChange, checkRounding } from '../sanity/attack-outcome.js';
import { checkGradient } from '../sanity/gradient.js';
import { amplifiedPerturbation } from './amplified-perturbation.js';
import { fromEightBit, toEightBit } from './eight-bit-clip.js';
import { cleanLogits } from './examine-clip.js';
import type { AttackTask } from './messages.js';
import { observedAttack } from './observed-attack.js';
import { observedVictim } from './observed-victim.js';
import type { BenchedClip, Panel, PanelVictim } from './panel.js';
import { perturbationPath, videoPath } from './video-path.js';

/** How far an attack came, as its step events tell. */
interface Course {
  steps: number;
  firstStep: number | null;
  firstSeconds: number | null;
}

/** Attacks a clip on one victim, and lets every victim judge what comes out. */
export async function attackClip(task: AttackTask, panel: Panel): Promise<AttackRecord> {
  const start = secondsNow();
  const { victims, attacks } = panel.parts;
  const { clip, target } = task;
  const own = victims[task.victim];
  const { name, attack, budget, queryLimit } = attacks[task.attack];
  const benched = await panel.clip(clip);
  task.cleanLogits?.forEach((logits, index) => {
    benched.cleanLogits[index] ??= Float32Array.from(logits);
  });
  const criterion = criterionOn(own, task);
  const logits = await cleanLogits(benched, task.victim);
  const observed = observedVictim(benched.victims[task.victim], benched.clips, logits);
  const watched = observedAttack(attack);
  const course: Course = { steps: 0, firstStep: null, firstSeconds: null };
  const attackStart = secondsNow();
  const outcome = await runAttack({
    attack: watched.attack,
    victim: observed.victim,
    clips: benched.clips,
    criteria: [criterion],
    budget,
    seed: jobSeed({ seed: task.seed, victim: own.name, attack: name, clip: clip.id }),
    ...(queryLimit === null ? {} : { queryLimit }),
    onStep({ step, succeeded }) {
      course.steps = Math.max(course.steps, step);
      if (!succeeded[0] || course.firstStep !== null) return;
      course.firstStep = step;
      course.firstSeconds = secondsNow() - attackStart;
    },
  });
  const attackSeconds = secondsNow() - attackStart;
  const [{ cleanLogits: atClean, adversarialLogits, queries, firstSuccess }] = outcome.clips;
  const clean = verdict(atClean, criterion, own);
  const adversarial = verdict(adversarialLogits, criterion, own);
  // Where the 8-bit clip succeeds, rounding took nothing, and one question is saved.
  const floats = adversarial.success ? undefined : unrounded(watched.returned(), outcome, budget);
  const beforeRounding =
    floats === undefined ? null : await judge(observed.victim, floats, criterion, own);
  const gradient = observed.firstGradient();
  const video = await keep(task, panel, benched, outcome);
  const record = {
    victim: own.name,
    attack: name,
    clip: clip.id,
    seed: task.seed,
    status: 'attacked',
    label: clip.label,
    target,
    success: adversarial.success,
    result: {
      clean,
      unrounded: beforeRounding,
      adversarial,
      metrics: benched.measure(outcome.adversarial.data),
      queries: { forward: queries.forward, gradient: queries.gradient },
      steps: course.steps,
      firstSuccess:
        firstSuccess === undefined
          ? null
          : {
              forward: firstSuccess.forward,
              gradient: firstSuccess.gradient,
              step: course.firstStep,
            },
      zeroGradientShare: gradient?.zeroShare ?? null,
      compressed: await judgeCompressed(task, panel, benched, outcome.adversarial),
      transfer: await judgeElsewhere(task, panel, benched, outcome.adversarial),
      video,
    },
    warnings: [
      gradient === undefined ? undefined : checkGradient(gradient),
      checkChange(outcome.clean.data, outcome.adversarial.data, budget),
      beforeRounding === null ? undefined : checkRounding(beforeRounding, adversarial),
    ].filter((warning) => warning !== undefined),
    failure: null,
  } as const;
  return {
    ...record,
    times: {
      attack: attackSeconds,
      firstSuccess: course.firstSeconds,
      around: secondsNow() - start - attackSeconds,
    },
  };
}

/** The criterion of a task in the labels of a victim. */
function criterionOn({ classes }: PanelVictim, { clip, target }: AttackTask): Criterion {
  const label = classes[clip.label];
  return target === null ? misclassification(label) : targeted(label, classes[target]);
}

function verdict(
  logits: Float32Array,
  criterion: Criterion,
  { model: { labels } }: PanelVictim,
): Verdict {
  const index = argmax(logits);
  return {
    prediction: { index, class: labels[index] },
    margin: adversarialMargin(logits, criterion),
    success: isAdversarial(logits, criterion),
  };
}

async function judge(
  victim: VictimModel,
  clips: ClipBatch,
  criterion: Criterion,
  owner: PanelVictim,
): Promise<Verdict> {
  const logits = logitsOf(await victim.predict(clips), 0);
  if (logits.some(Number.isNaN)) {
    throw new MsanetError({
      code: 'VICTIM_FAILED',
      where: `victim ${owner.name}`,
      expected: 'logits that are numbers',
      got: 'NaN',
      remedy: 'correct the victim model',
    });
  }
  return verdict(logits, criterion, owner);
}

/** What the attack returned, projected onto the budget but not rounded; `undefined` where that is the adversarial clip. */
function unrounded(
  returned: ClipBatch | undefined,
  { clean, adversarial }: AttackOutcome,
  budget: Budget,
): ClipBatch | undefined {
  if (returned === undefined || returned.data.some((value) => !Number.isFinite(value))) {
    return undefined;
  }
  const projected = copyClips(returned);
  project(projected.data, clean.data, budget, clipSize(clean));
  const same = projected.data.every((value, index) => value === adversarial.data[index]);
  return same ? undefined : projected;
}

async function judgeCompressed(
  task: AttackTask,
  panel: Panel,
  benched: BenchedClip,
  adversarial: ClipBatch,
): Promise<Record<string, Verdict>> {
  const { experiment, victims, compress } = panel.parts;
  const own = victims[task.victim];
  const verdicts: Record<string, Verdict> = {};
  for (const crf of experiment.compression) {
    const decoded = await compress(toEightBit(adversarial), crf, benched.frameRate);
    const victim = benched.victims[task.victim];
    verdicts[String(crf)] = await judge(victim, fromEightBit(decoded), criterionOn(own, task), own);
  }
  return verdicts;
}

async function judgeElsewhere(
  task: AttackTask,
  panel: Panel,
  benched: BenchedClip,
  adversarial: ClipBatch,
): Promise<Record<string, TransferVerdict>> {
  const verdicts: Record<string, TransferVerdict> = {};
  for (const [index, other] of panel.parts.victims.entries()) {
    if (index === task.victim) continue;
    const judged = await judge(
      benched.victims[index],
      adversarial,
      criterionOn(other, task),
      other,
    );
    verdicts[other.name] = { ...judged, cleanCorrect: task.cleanCorrect[index] };
  }
  return verdicts;
}

/**
 * Keeps the adversarial video and, beside it, its perturbation amplified, where that is wanted.
 *
 * @returns the adversarial video's path in the run folder
 */
async function keep(
  task: AttackTask,
  panel: Panel,
  { frameRate }: BenchedClip,
  outcome: Pick<AttackOutcome, 'clean' | 'adversarial'>,
): Promise<string | null> {
  const { experiment, victims, attacks, keepVideo } = panel.parts;
  if (experiment.videos !== 'all' && task.position >= experiment.videos) return null;
  const folder = `${victims[task.victim].name}/${attacks[task.attack].name}`;
  const path = videoPath(folder, task.clip.id, task.position, `-seed${task.seed}`);
  const adversarial = toEightBit(outcome.adversarial);
  await keepVideo(path, adversarial, frameRate);
  const perturbation = amplifiedPerturbation(toEightBit(outcome.clean), adversarial);
  await keepVideo(perturbationPath(path), perturbation.clip, frameRate);
  return path;
}
