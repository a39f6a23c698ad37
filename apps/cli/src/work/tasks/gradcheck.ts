import {
  clipBatch,
  emptyClips,
  logitsOf,
  softmax,
  type ClipBatch,
  type Loss,
  type VictimModel,
} from '@msanet/core';
import { Random } from '@msanet/tensor';
import { readClip } from '../../files/read-clip.js';
import type { TaskContext } from '../task.js';
import { withVictim, type VictimArguments } from '../victim-session.js';

/** What to check. */
export interface GradcheckArguments extends VictimArguments {
  /** The clip to check at; a random one when absent. */
  readonly input?: string;
  readonly seed: number;
  /** Random directions beside the gradient's own. */
  readonly directions: number;
}

/** One directional derivative, both ways. */
export interface DirectionCheck {
  readonly direction: string;
  /** Inner product of the gradient and the direction. */
  readonly analytic: number;
  /** Central difference at the longest step before the loss bends. */
  readonly numeric: number;
  /** Step of the central difference, in units of the direction. */
  readonly step: number;
  /** |analytic − numeric|, relative to the largest derivative along any unit direction, the gradient's norm. */
  readonly relativeError: number;
  /** Whether the slopes to both sides differ by more than the tolerance: the loss has a kink there. */
  readonly kink: boolean;
  readonly passed: boolean;
}

/** The verdict on a victim's gradient. */
export interface GradcheckResult {
  readonly victim: string;
  readonly device: string;
  readonly passed: boolean;
  readonly gradientNorm: number;
  /** Share of values whose gradient is exactly zero. */
  readonly zeroShare: number;
  readonly checks: readonly DirectionCheck[];
}

/** How far the two may be apart: float32 rounding and the kinks of ReLU and max-pooling allow no less. */
const tolerance = 0.02;
/** Steps of the central differences, as the largest change of any value, shortest first. */
const changes = [19, 17, 15, 13, 11, 9, 7, 5].map((exponent) => 2 ** -exponent);
/** How many rounding errors two estimates may differ by and still agree. */
const agreement = 3;
/** Relative error of logits in float32, as measured on deep networks. */
const rounding = 3e-7;

/**
 * Compares directional derivatives of the cross-entropy loss with central differences, along the gradient itself and along
 * random directions.
 */
export function gradcheck(
  input: GradcheckArguments,
  context: TaskContext,
): Promise<GradcheckResult> {
  return withVictim(input, context, async ({ victim, device }) => {
    const random = new Random(input.seed);
    const clip =
      input.input === undefined
        ? randomClip(victim, random)
        : insideCube((await readClip(input.input, victim, context)).clip);
    const label = random.integer(victim.labels.length);
    const loss: Loss = { kind: 'cross-entropy', labels: [label] };
    const { gradient } = await victim.lossGradient(clip, loss);
    const norm = Math.sqrt(dot(gradient.data, gradient.data));
    const directions = [
      { direction: 'gradient', values: gradient.data },
      { direction: 'sign of the gradient', values: gradient.data.map(Math.sign) },
      ...Array.from({ length: input.directions }, (_, index) => ({
        direction: `random ${index + 1}`,
        values: random.fork(`direction ${index}`).fillNormal(new Float32Array(clip.data.length)),
      })),
    ];
    const checks: DirectionCheck[] = [];
    for (const { direction, values } of directions) {
      checks.push(await check(victim, clip, label, gradient.data, values, direction));
      context.progress({ subject: direction, step: checks.length, steps: directions.length });
      if (context.signal.aborted) break;
    }
    const zeros = gradient.data.reduce((count, value) => count + (value === 0 ? 1 : 0), 0);
    return {
      victim: victim.id,
      device,
      passed: norm > 0 && checks.every(({ passed }) => passed),
      gradientNorm: norm,
      zeroShare: zeros / gradient.data.length,
      checks,
    };
  });
}

async function check(
  victim: VictimModel,
  clip: ClipBatch,
  label: number,
  gradient: Float32Array,
  values: Float32Array,
  direction: string,
): Promise<DirectionCheck> {
  const norm = Math.sqrt(dot(gradient, gradient));
  const length = Math.sqrt(dot(values, values));
  const highest = values.reduce((top, value) => Math.max(top, Math.abs(value)), 0);
  const analytic = length === 0 ? 0 : dot(gradient, values) / length;
  const centre = await lossAt(victim, clip, label, values, 0);
  let best = { numeric: NaN, step: 0, roundingError: Infinity, gap: 0 };
  for (const change of highest === 0 ? [] : changes) {
    const scale = change / highest;
    const step = scale * length;
    const above = await lossAt(victim, clip, label, values, scale);
    const below = await lossAt(victim, clip, label, values, -scale);
    const numeric = (above.loss - below.loss) / (2 * step);
    // Longer steps round less, until the loss bends: then the estimate moves by more than rounding explains.
    if (Math.abs(numeric - best.numeric) > agreement * best.roundingError) break;
    const gap = Math.abs(above.loss - 2 * centre.loss + below.loss) / step;
    best = { numeric, step, roundingError: (rounding * above.magnitude) / step, gap };
  }
  const relativeError = norm === 0 ? Infinity : Math.abs(analytic - best.numeric) / norm;
  return {
    direction,
    analytic,
    numeric: best.numeric,
    step: best.step,
    relativeError,
    kink: best.gap > tolerance * norm + agreement * best.roundingError,
    passed: relativeError <= tolerance,
  };
}

/** Cross-entropy at the moved clip in float64, and the size of the logits it comes from. */
async function lossAt(
  victim: VictimModel,
  clip: ClipBatch,
  label: number,
  values: Float32Array,
  scale: number,
): Promise<{ loss: number; magnitude: number }> {
  const data = clip.data.map((value, index) => value + scale * values[index]);
  const logits = logitsOf(await victim.predict(clipBatch(data, clip.shape)), 0);
  const magnitude = logits.reduce((top, logit) => Math.max(top, Math.abs(logit)), 0);
  return { loss: -Math.log(softmax(logits)[label]), magnitude };
}

function randomClip(victim: VictimModel, random: Random): ClipBatch {
  const clip = emptyClips(1, victim.input);
  random.fillUniform(clip.data, 0.25, 0.75);
  return clip;
}

/** Moves a clip away from the borders of [0, 1], so that it can be changed in every direction. */
function insideCube(clip: ClipBatch): ClipBatch {
  return clipBatch(
    clip.data.map((value) => 0.1 + 0.8 * value),
    clip.shape,
  );
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let index = 0; index < a.length; index++) sum += a[index] * b[index];
  return sum;
}
