import type { Action } from '../action.js';
import { drawProfileYaw } from '../action.js';
import { standingHip } from '../body.js';
import { armDirection, type ArmPose, type Side } from '../pose.js';
import { mix } from '../vector.js';

/** Crouching down, arms forward for balance. Backwards in time it is rising. */
export const crouchDown: Action = {
  draw(random, body) {
    const yaw = drawProfileYaw(random, 0.3, 1.3);
    const stance = random.uniform(0.08, 0.13);
    const depth = random.uniform(0.19, 0.24);
    const lean = random.uniform(0.4, 0.7);
    const back = random.uniform(0.1, 0.14);
    const armsUp = random.uniform(1.2, 1.7);
    return {
      yaw,
      poseAt({ progress }) {
        const arm = (side: Side): ArmPose => ({
          upper: armDirection(side, mix(0.2, armsUp, progress), mix(0.6, 1.4, progress)),
          fore: armDirection(side, mix(0.3, armsUp + 0.1, progress), mix(1, 1.6, progress)),
        });
        return {
          pelvis: [0, mix(standingHip(body) - 0.015, depth, progress), -back * progress],
          lean: lean * progress,
          tilt: 0,
          leftArm: arm(-1),
          rightArm: arm(1),
          leftFoot: [-stance, body.ankle, 0],
          rightFoot: [stance, body.ankle, 0],
          solids: [],
        };
      },
    };
  },
};
