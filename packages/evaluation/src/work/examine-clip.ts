import { createHash } from 'node:crypto';
import {
  adversarialMargin,
  argmax,
  emptyClips,
  logitsOf,
  misclassification,
  secondsNow,
  clipSize,
  type ClipBatch,
  type VictimModel,
} from '@msanet/core';
import type { CleanVerdict, ClipRecord } from '../records/clip-record.js';
import type { Warning } from '../records/warning.js';
import { checkProbabilities } from '../sanity/probabilities.js';
import { checkBatch, checkDeterminism } from '../sanity/repeatability.js';
import { fromEightBit, toEightBit } from './eight-bit-clip.js';
import type { ExamineTask } from './messages.js';
import type { BenchedClip, Panel } from './panel.js';
import { videoPath } from './video-path.js';

/** On how many clips, from the first on, the victims are asked again to see whether they repeat themselves. */
const repeatedClips = 3;

/** Looks at a clip before any attack: what the victims say of it, and whether they keep their contract. */
export async function examineClip(
  { clip, position }: ExamineTask,
  panel: Panel,
): Promise<ClipRecord> {
  const start = secondsNow();
  const { experiment, classes, victims, compress, keepVideo } = panel.parts;
  const benched = await panel.clip(clip);
  const eightBit = toEightBit(benched.clips);
  const verdicts: Record<string, CleanVerdict> = {};
  const warnings: Warning[] = [];
  if (benched.damaged) {
    warnings.push({
      check: 'damaged',
      message: `A part of the video could not be decoded; the ${benched.frameCount} frames before it are used.`,
    });
  }
  const compressed = new Map<string, ClipBatch>();
  for (const crf of experiment.compression) {
    const decoded = await compress(eightBit, crf, benched.frameRate);
    compressed.set(String(crf), fromEightBit(decoded));
  }
  for (const [index, { name, classes: places }] of victims.entries()) {
    const label = places[clip.label];
    const logits = await cleanLogits(benched, index);
    const survives: Record<string, boolean> = {};
    for (const [crf, version] of compressed) {
      survives[crf] = argmax((await benched.victims[index].predict(version)).data) === label;
    }
    const choice = argmax(logits);
    verdicts[name] = {
      prediction: { index: choice, class: victims[index].model.labels[choice] },
      correct: choice === label,
      margin: adversarialMargin(logits, misclassification(label)),
      compressed: survives,
    };
    const doubts =
      position < repeatedClips
        ? await doubt(name, benched.victims[index], benched.clips, logits)
        : [];
    for (const found of [checkProbabilities(logits, name), ...doubts]) {
      if (found !== undefined) warnings.push({ ...found, victim: name });
    }
  }
  if (experiment.videos === 'all' || position < experiment.videos) {
    await keepVideo(videoPath('clean', clip.id, position), eightBit, benched.frameRate);
  }
  return {
    clip: clip.id,
    path: clip.path,
    label: clip.label,
    class: classes[clip.label],
    status: 'examined',
    frameCount: benched.frameCount,
    frames: benched.space.frames,
    file: benched.file,
    pixels: createHash('sha256').update(eightBit.data).digest('hex'),
    victims: verdicts,
    warnings,
    failure: null,
    times: { seconds: secondsNow() - start },
  };
}

/** A victim's logits of the clean clip, asked for once. */
export async function cleanLogits(clip: BenchedClip, victim: number): Promise<Float32Array> {
  const known = clip.cleanLogits[victim];
  if (known !== undefined) return known;
  const logits = logitsOf(await clip.victims[victim].predict(clip.clips), 0).slice();
  clip.cleanLogits[victim] = logits;
  return logits;
}

/** Asks a victim about the same clip again, alone and beside a black one. */
async function doubt(
  name: string,
  victim: VictimModel,
  clips: ClipBatch,
  logits: Float32Array,
): Promise<(Warning | undefined)[]> {
  const again = victim.supports.deterministic
    ? checkDeterminism(logits, (await victim.predict(clips)).data, name)
    : undefined;
  // A victim that answers differently every time would seem to depend on the batch too.
  if (again !== undefined || !victim.supports.deterministic) return [again];
  const pair = emptyClips(2, clipSize(clips));
  pair.data.set(clips.data);
  return [checkBatch(logits, logitsOf(await victim.predict(pair), 0), name)];
}
