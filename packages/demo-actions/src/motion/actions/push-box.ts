import type { Action } from '../action.js';
import { drawProfileYaw } from '../action.js';
import { standingHip } from '../body.js';
import { bendLimb, type ArmPose, type Pose, type Side } from '../pose.js';
import { spineOf } from '../skeleton.js';
import { addScaled, mix, normalize, subtract, type Vector } from '../vector.js';

/** Pushing a tall box away on the ground, feet planted. Backwards in time it is pulling the box near. */
export const pushBox: Action = {
  draw(random, body) {
    const yaw = drawProfileYaw(random, 1.2, 1.9);
    const boxHeight = random.uniform(0.62, 0.74);
    const boxHalf = random.uniform(0.09, 0.13);
    const near = random.uniform(0.1, 0.14);
    const far = random.uniform(0.29, 0.33);
    const lean = random.uniform(0.28, 0.45);
    const shift = random.uniform(0.07, 0.11);
    const lunge = random.uniform(0.1, 0.15);
    const leftInFront = random.uniform() < 0.5;
    const apart = random.uniform(0.05, 0.08);
    return {
      yaw,
      poseAt({ progress }) {
        const rest = {
          pelvis: [0, standingHip(body) - 0.055, mix(-0.07, shift, progress)] as Vector,
          lean: mix(-0.08, lean, progress),
          tilt: 0,
        };
        const { neck, across } = spineOf(body, rest as Pose);
        const handAt = neck[2] + mix(near, far, progress);
        const arm = (side: Side): ArmPose => {
          const shoulder = addScaled(neck, across, side * body.shoulder);
          const target: Vector = [side * apart, boxHeight - 0.04, handAt];
          const bend: Vector = [side * 0.8, -0.6, -0.5];
          const { joint, end } = bendLimb(shoulder, target, body.upperArm, body.forearm, bend);
          return {
            upper: normalize(subtract(joint, shoulder)),
            fore: normalize(subtract(end, joint)),
          };
        };
        return {
          ...rest,
          leftArm: arm(-1),
          rightArm: arm(1),
          leftFoot: [-0.055, body.ankle, leftInFront ? lunge : -lunge],
          rightFoot: [0.055, body.ankle, leftInFront ? -lunge : lunge],
          solids: [
            {
              center: [0, boxHeight / 2, handAt + boxHalf + 0.02],
              half: [0.13, boxHeight / 2, boxHalf],
              material: 'crate',
            },
          ],
        };
      },
    };
  },
};
