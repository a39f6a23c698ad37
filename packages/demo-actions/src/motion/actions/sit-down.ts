import type { Action } from '../action.js';
import { drawProfileYaw } from '../action.js';
import { standingHip } from '../body.js';
import { armDirection, type ArmPose, type Side, type Solid } from '../pose.js';
import { mix, type Vector } from '../vector.js';

/** Sitting down on a stool or chair. Backwards in time it is standing up. */
export const sitDown: Action = {
  draw(random, body) {
    const yaw = drawProfileYaw(random, 0.9, 1.9);
    const back = random.uniform(0.2, 0.24);
    const seat = random.uniform(0.25, 0.3);
    const forwardBend = random.uniform(0.35, 0.7);
    const sittingLean = random.uniform(-0.05, 0.15);
    const stance = random.uniform(0.055, 0.085);
    const restSwing = random.uniform(0.45, 0.7);
    const forearmUp = random.uniform(1.1, 1.5);
    const chair = seatSolids(back, seat, random.uniform() < 0.4);
    return {
      yaw,
      poseAt({ progress }) {
        const arm = (side: Side): ArmPose => ({
          upper: armDirection(side, mix(0.15, restSwing, progress), 1.45),
          fore: armDirection(side, mix(0.3, forearmUp, progress), 1.55),
        });
        return {
          pelvis: [0, mix(standingHip(body) - 0.005, seat + 0.06, progress), -back * progress],
          lean: forwardBend * Math.sin(Math.PI * progress) + sittingLean * progress,
          tilt: 0,
          leftArm: arm(-1),
          rightArm: arm(1),
          leftFoot: [-stance, body.ankle, 0.01],
          rightFoot: [stance, body.ankle, 0.01],
          solids: chair,
        };
      },
    };
  },
};

/** The seat with its top at `height`, four legs, and a backrest where one is wanted. */
function seatSolids(back: number, height: number, backrest: boolean): Solid[] {
  const half = 0.11;
  const part = (center: Vector, size: Vector): Solid => ({ center, half: size, material: 'wood' });
  const legs = [-1, 1].flatMap((side) =>
    [-1, 1].map((end) =>
      part(
        [side * (half - 0.015), (height - 0.03) / 2, -back - 0.02 + end * (half - 0.015)],
        [0.012, (height - 0.03) / 2, 0.012],
      ),
    ),
  );
  const seat = part([0, height - 0.015, -back - 0.02], [half, 0.015, half]);
  const rest = part([0, height + 0.17, -back - 0.02 - half], [half, 0.1, 0.012]);
  return [...legs, seat, ...(backrest ? [rest] : [])];
}
