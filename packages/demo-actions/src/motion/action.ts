import type { Random } from '@msanet/tensor';
import type { Body } from './body.js';
import type { Pose } from './pose.js';

/** What the pose at one moment depends on. */
export interface Moment {
  /** How much of the action is done, from 0 to 1. */
  readonly progress: number;
  /** Seconds since the clip began. */
  readonly seconds: number;
}

/** One way of performing an action, with all its details drawn. */
export interface Performance {
  /** How far the person is turned to the right, in radians; at 0 the back is towards the camera. */
  readonly yaw: number;
  /** The pose at one moment. */
  poseAt(moment: Moment): Pose;
}

/** A family of performances. */
export interface Action {
  /** Draws a performance by a person of this build. */
  draw(random: Random, body: Body): Performance;
}

/** Draws a yaw near the back view (or, where `front` allows it, near the front view). */
export function drawFacingYaw(random: Random, spread: number, front: boolean): number {
  const turned = front && random.uniform() < 0.5 ? Math.PI : 0;
  return turned + random.uniform(-spread, spread);
}

/** Draws a yaw between two angles, to the left or to the right. */
export function drawProfileYaw(random: Random, least: number, most: number): number {
  const side = random.uniform() < 0.5 ? -1 : 1;
  return side * random.uniform(least, most);
}
