import type { Action } from '../action.js';
import { drawFacingYaw } from '../action.js';
import { armDirection, standing, type ArmPose, type Side } from '../pose.js';
import { mix } from '../vector.js';

/** Jumping jacks: arms and legs go out and in together, with a hop between. */
export const jumpingJack: Action = {
  draw(random, body) {
    const yaw = drawFacingYaw(random, 0.45, true);
    const spread = random.uniform(0.14, 0.2);
    const armsUp = random.uniform(2.3, 2.9);
    const hop = random.uniform(0.02, 0.045);
    const frequency = random.uniform(0.75, 1.2);
    const phase = random.uniform();
    return {
      yaw,
      poseAt({ seconds }) {
        const turn = 2 * Math.PI * (phase + frequency * seconds);
        const out = (1 - Math.cos(turn)) / 2;
        const up = hop * Math.sin(turn) ** 2;
        const stance = mix(0.045, spread, out);
        const rest = standing(body, stance);
        const raise = mix(0.15, armsUp, out);
        const arm = (side: Side): ArmPose => ({
          upper: armDirection(side, raise, 0.1),
          fore: armDirection(side, raise + 0.12, 0.15),
        });
        return {
          ...rest,
          pelvis: [0, rest.pelvis[1] + up, 0],
          leftArm: arm(-1),
          rightArm: arm(1),
          leftFoot: [-stance, body.ankle + up, 0],
          rightFoot: [stance, body.ankle + up, 0],
        };
      },
    };
  },
};
