import type { Warning } from '../records/warning.js';

/** What a gradient looks like to someone who doubts it. */
export interface GradientShape {
  /** Share of values that are exactly zero. */
  readonly zeroShare: number;
  /** Whether all values are the same, and not zero. */
  readonly constant: boolean;
}

/** Looks at one gradient. */
export function gradientShape(gradient: Float32Array): GradientShape {
  let zeros = 0;
  let constant = gradient.length > 1;
  for (let index = 0; index < gradient.length; index++) {
    if (gradient[index] === 0) zeros += 1;
    if (gradient[index] !== gradient[0]) constant = false;
  }
  return { zeroShare: zeros / gradient.length, constant: constant && gradient[0] !== 0 };
}

/** A gradient without information: the victim saturates or hides it, and a gradient attack that fails proves nothing. */
export function checkGradient({ zeroShare, constant }: GradientShape): Warning | undefined {
  if (zeroShare === 1) {
    return {
      check: 'zero-gradient',
      message:
        'The first gradient is zero everywhere, so a failure of this attack says nothing of the robustness of the victim; try the loss margin or dlr, or a query attack.',
    };
  }
  if (constant) {
    return {
      check: 'constant-gradient',
      message: 'The first gradient is the same for every value: it does not depend on the clip.',
    };
  }
  return undefined;
}
