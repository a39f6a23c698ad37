import type { Action } from '../action.js';
import { drawFacingYaw } from '../action.js';
import { armDirection, standing, type ArmPose, type Side } from '../pose.js';
import { mix } from '../vector.js';

/** Raising one arm from the side to above the head. Backwards in time it is lowering it. */
export const raiseArm: Action = {
  draw(random, body) {
    const yaw = drawFacingYaw(random, 0.5, true);
    const stance = random.uniform(0.04, 0.09);
    const side: Side = random.uniform() < 0.5 ? -1 : 1;
    const low = random.uniform(0.15, 0.35);
    const high = random.uniform(2.5, 3.0);
    const swing = random.uniform(-0.1, 0.5);
    const elbow = random.uniform(0, 0.3);
    return {
      yaw,
      poseAt({ progress }) {
        const raise = mix(low, high, progress);
        const bent = elbow * Math.sin(Math.PI * progress);
        const raised: ArmPose = {
          upper: armDirection(side, raise, swing),
          fore: armDirection(side, raise + bent, swing),
        };
        const rest = standing(body, stance);
        return side === 1 ? { ...rest, rightArm: raised } : { ...rest, leftArm: raised };
      },
    };
  },
};
