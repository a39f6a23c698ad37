import { basename } from 'node:path';
import { emptyClips, isMsanetError, type VictimModel } from '@msanet/core';
import { readModelFile } from '@msanet/onnx';
import { examineModel, type ModelExamination } from '@msanet/victim-onnx';
import type { TaskContext } from '../task.js';
import { withVictim } from '../victim-session.js';

/** What a model file is found to be. */
export interface ExamineResult extends ModelExamination {
  /** L2 norm of the loss gradient of a grey clip, with the proposed manifest; absent when it could not be computed. */
  readonly gradientNorm: number | undefined;
  /** Whether the model can be attacked white-box. */
  readonly usable: boolean;
}

/** Examines a model file, and tries what is proposed for it. */
export async function examine(
  { model }: { readonly model: string },
  context: TaskContext,
): Promise<ExamineResult> {
  const found = examineModel(await readModelFile(model), model);
  const { manifest, problem } = found;
  if (manifest === undefined || problem !== undefined) {
    return { ...found, gradientNorm: undefined, usable: false };
  }
  const proposed = { ...found, manifest: { model: basename(model), ...manifest } };
  try {
    const session = { victim: 'onnx', victimOptions: { ...manifest, model }, runtime: 'ort' };
    const gradientNorm = await withVictim(session, context, ({ victim }) => greyGradient(victim));
    return { ...proposed, gradientNorm, usable: true };
  } catch (error) {
    if (!isMsanetError(error)) throw error;
    return { ...proposed, problem: error.message, gradientNorm: undefined, usable: false };
  }
}

/** The size of the gradient of a grey clip. */
async function greyGradient(victim: VictimModel): Promise<number> {
  const clips = emptyClips(1, victim.input);
  clips.data.fill(0.5);
  const { gradient } = await victim.lossGradient(clips, { kind: 'cross-entropy', labels: [0] });
  return Math.sqrt(gradient.data.reduce((sum, value) => sum + value * value, 0));
}
