import type { Action } from '../action.js';
import { drawFacingYaw } from '../action.js';
import { armDirection, standing, type ArmPose, type Side } from '../pose.js';

/** Waving a raised hand, the whole clip through. */
export const waveHand: Action = {
  draw(random, body) {
    const yaw = drawFacingYaw(random, 0.5, true);
    const stance = random.uniform(0.04, 0.09);
    const side: Side = random.uniform() < 0.5 ? -1 : 1;
    const upperRaise = random.uniform(1.6, 2.2);
    const width = random.uniform(0.4, 0.7);
    const middle = random.uniform(2.75, 3.15);
    const frequency = random.uniform(1.1, 2);
    const phase = random.uniform();
    return {
      yaw,
      poseAt({ seconds }) {
        const wave = Math.sin(2 * Math.PI * (phase + frequency * seconds));
        const waving: ArmPose = {
          upper: armDirection(side, upperRaise + 0.08 * wave, 0.1),
          fore: armDirection(side, middle + width * wave, 0.1),
        };
        const rest = standing(body, stance);
        return side === 1 ? { ...rest, rightArm: waving } : { ...rest, leftArm: waving };
      },
    };
  },
};
