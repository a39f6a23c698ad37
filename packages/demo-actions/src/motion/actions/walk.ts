import type { Action } from '../action.js';
import { drawFacingYaw } from '../action.js';
import { standingHip } from '../body.js';
import { hangingArm } from '../pose.js';
import { smoothStep } from '../timing.js';

/**
 * Walking sideways to the right of the picture, seen from behind or from the front: one foot steps aside, the other
 * closes up. Backwards in time it is the same walk to the left; no pose shows which it is.
 */
export const walkRight: Action = {
  draw(random, body) {
    const yaw = drawFacingYaw(random, 0.45, true);
    const toRight = Math.cos(yaw) > 0 ? 1 : -1;
    const distance = random.uniform(0.75, 1.05);
    const steps = 3 + random.integer(3);
    const firstStep = random.uniform();
    const lift = random.uniform(0.03, 0.07);
    const swing = random.uniform(0.1, 0.45);
    const armsAway = random.uniform(0.15, 0.35);
    const stance = random.uniform(0.035, 0.06);
    const stride = distance / steps;
    return {
      yaw,
      poseAt({ progress }) {
        const stepped = firstStep + progress * steps;
        const whole = Math.floor(stepped);
        const part = stepped - whole;
        const leading = (whole + smoothStep(part * 2)) * stride;
        const closing = (whole + smoothStep(part * 2 - 1)) * stride;
        const leadingUp = part < 0.5 ? lift * Math.sin(2 * Math.PI * part) ** 2 : 0;
        const closingUp = part > 0.5 ? lift * Math.sin(2 * Math.PI * part) ** 2 : 0;
        const origin = (firstStep + steps / 2) * stride;
        const place = (along: number): number => toRight * (along - origin);
        const leadingFoot = [place(leading) + toRight * stance, body.ankle + leadingUp, 0] as const;
        const closingFoot = [place(closing) - toRight * stance, body.ankle + closingUp, 0] as const;
        const apart = Math.abs(leading - closing) / 2 + stance;
        const wave = Math.sin(2 * Math.PI * stepped);
        return {
          pelvis: [
            place((leading + closing) / 2),
            standingHip(body) - 1.1 * apart * apart - 0.006,
            0,
          ],
          lean: 0.03,
          tilt: 0.03 * wave,
          leftArm: hangingArm(-1, armsAway, swing * wave),
          rightArm: hangingArm(1, armsAway, -swing * wave),
          leftFoot: toRight === 1 ? closingFoot : leadingFoot,
          rightFoot: toRight === 1 ? leadingFoot : closingFoot,
          solids: [],
        };
      },
    };
  },
};
