import { clipAt, isOnGrid, softmax, type VictimModel } from '@msanet/core';
import { describe, expect, it } from 'vitest';
import type { AttackRecord, ClipRecord, WorkerSetup } from '../../src/index.js';
import { attackClip } from '../../src/work/attack-clip.js';
import { examineClip } from '../../src/work/examine-clip.js';
import { Panel } from '../../src/work/panel.js';
import { prepareToys, toyClasses, toyClips, toyExperiment } from '../support/toy-comparison.js';

/** A panel of one toy victim with something changed, and a record of each kind from it. */
async function doubtful(
  change: (model: VictimModel) => Partial<VictimModel>,
  experiment = toyExperiment({ victims: ['early'] }),
): Promise<{ readonly clean: ClipRecord; readonly attacked: AttackRecord }> {
  const setup: WorkerSetup = { experiment, classes: toyClasses, folder: '' };
  const { parts } = await prepareToys(setup);
  const [victim] = parts.victims;
  const model = { ...victim.model, ...change(victim.model) };
  const panel = new Panel({ ...parts, victims: [{ ...victim, model }] });
  const [clip] = await toyClips(1);
  const clean = await examineClip({ kind: 'examine', clip, position: 0 }, panel);
  const attacked = await attackClip(
    {
      kind: 'attack',
      clip,
      position: 0,
      victim: 0,
      attack: 0,
      seed: 0,
      target: null,
      cleanCorrect: [true],
      cleanLogits: null,
    },
    panel,
  );
  return { clean, attacked };
}

const checks = (record: { readonly warnings: readonly { readonly check: string }[] }): string[] =>
  record.warnings.map(({ check }) => check);

describe('a victim', () => {
  it('without fault raises no doubt', async () => {
    const { clean, attacked } = await doubtful(() => ({}));
    expect([checks(clean), checks(attacked)]).toEqual([[], []]);
    expect(attacked.success).toBe(true);
    expect(attacked.result?.firstSuccess?.step).toBeGreaterThan(0);
  });

  it('that gives probabilities is noticed', async () => {
    const { clean } = await doubtful((model) => ({
      async predict(clips) {
        const { data, shape } = await model.predict(clips);
        for (let row = 0; row < shape[0]; row++) {
          data.set(softmax(data.subarray(4 * row, 4 * row + 4)), 4 * row);
        }
        return { dtype: 'float32', shape, data };
      },
    }));
    expect(checks(clean)).toEqual(['probabilities']);
    expect(clean.warnings[0].victim).toBe('early');
  });

  it('that answers differently every time is noticed, unless it says so', async () => {
    let times = 0;
    const moody = (model: VictimModel): Partial<VictimModel> => ({
      async predict(clips) {
        const logits = await model.predict(clips);
        logits.data[3] -= times++;
        return logits;
      },
    });
    expect(checks((await doubtful(moody)).clean)).toEqual(['not-deterministic']);
    const honest = await doubtful((model) => ({
      ...moody(model),
      supports: { inputGradient: true, deterministic: false },
    }));
    expect(checks(honest.clean)).toEqual([]);
  });

  it('whose answer depends on the batch is noticed', async () => {
    const { clean } = await doubtful((model) => ({
      async predict(clips) {
        const logits = await model.predict(clips);
        const mean = logits.data.reduce((sum, value) => sum + value, 0) / logits.data.length;
        return { ...logits, data: logits.data.map((value) => value - 3 * mean) };
      },
    }));
    expect(checks(clean)).toEqual(['batch-dependent']);
  });

  it('whose gradient is zero is noticed, and so is an attack that does nothing', async () => {
    const { attacked } = await doubtful((model) => ({
      async lossGradient(clips, loss) {
        const answer = await model.lossGradient(clips, loss);
        answer.gradient.data.fill(0);
        return answer;
      },
    }));
    expect(checks(attacked)).toEqual(['zero-gradient']);
    expect(attacked.result?.zeroGradientShare).toBe(1);
  });

  it('is asked about the clean clip once, however many attacks follow', async () => {
    let asked = 0;
    const { attacked } = await doubtful((model) => ({
      async predict(clips) {
        asked += 1;
        return model.predict(clips);
      },
    }));
    // Clean once, twice for doubt; then the adversarial clip.
    expect(asked).toBe(4);
    expect(attacked.result?.queries).toEqual({ forward: 0, gradient: 3 });
  });
});

describe('an attack that fails', () => {
  it('is also judged before it is rounded, and a success that rounding takes is told', async () => {
    // A budget of a third of a level: whatever the attack finds, rounding takes back.
    const experiment = toyExperiment({
      victims: ['early'],
      attacks: [{ name: 'climb', attack: 'climb', budget: { epsilon: 0.3 / 255 } }],
    });
    // The victim takes the smallest change for another class.
    const brittle = (model: VictimModel): Partial<VictimModel> => ({
      async predict(clips) {
        const logits = await model.predict(clips);
        for (let row = 0; row < clips.shape[0]; row++) {
          if (!isOnGrid(clipAt(clips, row))) logits.data[4 * row] += 1000;
          else logits.data[4 * row] -= 1000;
        }
        return logits;
      },
    });
    const { attacked } = await doubtful(brittle, experiment);
    expect(attacked.result?.adversarial.success).toBe(false);
    expect(attacked.result?.unrounded?.success).toBe(true);
    expect(checks(attacked)).toEqual(['unchanged', 'lost-by-rounding']);
  });
});
