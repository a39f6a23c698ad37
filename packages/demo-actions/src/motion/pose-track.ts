import type { Random } from '@msanet/tensor';
import { courseOf } from '../classes.js';
import type { Body } from './body.js';
import type { Pose } from './pose.js';
import { addScaled } from './vector.js';
import { drawTiming, progressAt } from './timing.js';

/** The frame rate of UCF-101 and of this data set. */
export const frameRate = 25;

/** The motion of one clip. */
export interface PoseTrack {
  readonly yaw: number;
  /** One pose per frame. */
  readonly poses: readonly Pose[];
}

/**
 * The motion of a class: a performance, its timing, and the slight sway of a body that stands.
 *
 * A class and its twin draw the same numbers in the same order, and the twin's poses are those of the class in reverse
 * order: nothing of the motion tells the direction of time but the motion itself.
 *
 * @param frames at least 2
 * @throws MsanetError `OPTION_INVALID` when there is no such class
 */
export function drawPoseTrack(
  className: string,
  random: Random,
  body: Body,
  frames: number,
): PoseTrack {
  const { action, reversed } = courseOf(className);
  const performance = action.draw(random, body);
  const timing = drawTiming(random);
  const sway = random.uniform(0.003, 0.008);
  const swayFrequency = random.uniform(0.3, 0.7);
  const swayPhase = random.uniform();
  const poses = Array.from({ length: frames }, (_, frame): Pose => {
    const index = reversed ? frames - 1 - frame : frame;
    const time = index / (frames - 1);
    const seconds = index / frameRate;
    const pose = performance.poseAt({ progress: progressAt(timing, time), seconds });
    const swaying = Math.sin(2 * Math.PI * (swayPhase + swayFrequency * seconds));
    return {
      ...pose,
      pelvis: addScaled(pose.pelvis, [sway * swaying, 0, 0]),
      tilt: pose.tilt + sway * swaying,
    };
  });
  return { yaw: performance.yaw, poses };
}
