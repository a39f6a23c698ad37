import { logitsOf } from '@msanet/core';
import { readClip } from '../../files/read-clip.js';
import { topScores, type ClassScore } from '../predictions.js';
import type { TaskContext } from '../task.js';
import { withVictim, type VictimArguments } from '../victim-session.js';

/** What to predict. */
export interface PredictArguments extends VictimArguments {
  readonly inputs: readonly string[];
  /** How many classes to report. */
  readonly top: number;
}

/** The prediction for one input. */
export interface Prediction {
  readonly input: string;
  /** Frames of the whole video. */
  readonly frameCount: number;
  /** The frames that the victim saw. */
  readonly frameIndices: readonly number[];
  readonly classes: readonly ClassScore[];
}

/** The predictions for all inputs. */
export interface PredictResult {
  readonly victim: string;
  readonly device: string;
  readonly predictions: readonly Prediction[];
}

/** Predicts the class of each input. */
export function predict(input: PredictArguments, context: TaskContext): Promise<PredictResult> {
  return withVictim(input, context, async ({ victim, device }) => {
    const predictions: Prediction[] = [];
    for (const [index, path] of input.inputs.entries()) {
      if (context.signal.aborted) break;
      const { clip, frameCount, frameIndices } = await readClip(path, victim, context);
      const logits = await victim.predict(clip);
      predictions.push({
        input: path,
        frameCount,
        frameIndices,
        classes: topScores(logitsOf(logits, 0), victim.labels, input.top),
      });
      context.progress({ subject: path, step: index + 1, steps: input.inputs.length });
    }
    return { victim: victim.id, device, predictions };
  });
}
