import { MsanetError, copyClips, type ClipBatch, type VictimModel } from '@msanet/core';

/** The same victim as a plain object, whatever class it is of. */
function delegate(victim: VictimModel): VictimModel {
  const { id, labels, input, sampling, geometry, supports } = victim;
  return {
    ...{ id, labels, input, sampling, geometry, supports },
    predict: (clips) => victim.predict(clips),
    lossGradient: (clips, loss) => victim.lossGradient(clips, loss),
    dispose: () => victim.dispose(),
  };
}

/** The same victim without input gradients: what a remote service looks like. */
export function queryOnly(victim: VictimModel): VictimModel {
  return {
    ...delegate(victim),
    supports: { ...victim.supports, inputGradient: false },
    async lossGradient() {
      throw new MsanetError({
        code: 'CAPABILITY_MISSING',
        where: `victim ${victim.id}`,
        expected: 'a victim with input gradients',
        got: 'one without',
        remedy: 'choose a query-based attack',
      });
    },
  };
}

/** One question that a victim was asked. */
export interface Question {
  readonly kind: 'forward' | 'gradient';
  /** A copy of the clips that it was about. */
  readonly clips: ClipBatch;
}

/** A victim with the list of the questions that it was asked, in order. */
export interface RecordingVictim extends VictimModel {
  readonly questions: readonly Question[];
}

/**
 * The same victim, recording every question.
 *
 * @param onQuestion called before each question is answered
 */
export function recording(
  victim: VictimModel,
  onQuestion?: (question: Question) => void,
): RecordingVictim {
  const questions: Question[] = [];
  const note = (kind: Question['kind'], clips: ClipBatch): void => {
    const question = { kind, clips: copyClips(clips) };
    questions.push(question);
    onQuestion?.(question);
  };
  return {
    ...delegate(victim),
    questions,
    async predict(clips) {
      note('forward', clips);
      return victim.predict(clips);
    },
    async lossGradient(clips, loss) {
      note('gradient', clips);
      return victim.lossGradient(clips, loss);
    },
  };
}
