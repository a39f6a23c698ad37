import type { Action } from '../action.js';
import { drawFacingYaw } from '../action.js';
import { armDirection, standing, type ArmPose, type Side } from '../pose.js';
import { mix } from '../vector.js';

/** Opening the arms, from folded before the chest to spread wide. Backwards in time it is closing them. */
export const openArms: Action = {
  draw(random, body) {
    const yaw = drawFacingYaw(random, 0.45, true);
    const stance = random.uniform(0.05, 0.1);
    const closedRaise = random.uniform(0.8, 1.2);
    const openRaise = random.uniform(1.3, 1.85);
    const closedSwing = random.uniform(0.5, 0.9);
    const forearmAcross = random.uniform(2.5, 2.9);
    return {
      yaw,
      poseAt({ progress }) {
        const arm = (side: Side): ArmPose => ({
          upper: armDirection(
            side,
            mix(closedRaise, openRaise, progress),
            mix(closedSwing, -0.05, progress),
          ),
          fore: armDirection(
            side,
            mix(1.7, openRaise + 0.05, progress),
            mix(forearmAcross, 0, progress),
          ),
        });
        return { ...standing(body, stance), leftArm: arm(-1), rightArm: arm(1) };
      },
    };
  },
};
