import type { Body } from './body.js';
import { standingHip } from './body.js';
import { addScaled, dot, normalize, subtract, type Vector } from './vector.js';

/** Directions of the two parts of an arm, each of length 1. */
export interface ArmPose {
  readonly upper: Vector;
  readonly fore: Vector;
}

/** A cuboid that belongs to the action, such as the seat of a stool. */
export interface Solid {
  readonly center: Vector;
  /** Half the size along each axis. */
  readonly half: Vector;
  readonly material: 'wood' | 'crate' | 'metal';
}

/**
 * Where a body is at one moment, in its own frame: right, up and forward from the point of the ground on which it stands
 * when the action begins; lengths in body heights, angles in radians.
 */
export interface Pose {
  /** The middle of the hips. */
  readonly pelvis: Vector;
  /** How far the torso leans forward. */
  readonly lean: number;
  /** How far the torso leans to the right. */
  readonly tilt: number;
  readonly leftArm: ArmPose;
  readonly rightArm: ArmPose;
  /** The ankles. */
  readonly leftFoot: Vector;
  readonly rightFoot: Vector;
  readonly solids: readonly Solid[];
}

/** The left (−1) or the right (1) side of a body. */
export type Side = -1 | 1;

/**
 * A direction of a part of an arm.
 *
 * @param raise the angle from straight down (0) through horizontal (π/2) to straight up (π)
 * @param swing the direction in which it is raised: to its own side (0), forward (π/2) or across the body (π)
 */
export function armDirection(side: Side, raise: number, swing: number): Vector {
  return [
    side * Math.sin(raise) * Math.cos(swing),
    -Math.cos(raise),
    Math.sin(raise) * Math.sin(swing),
  ];
}

/** An arm that hangs at the side, slightly away from the body. */
export function hangingArm(side: Side, away = 0.2, forward = 0): ArmPose {
  const upper = normalize([side * Math.sin(away), -Math.cos(away), Math.sin(forward)]);
  const fore = normalize([side * Math.sin(away * 0.4), -1, Math.sin(forward) + 0.12]);
  return { upper, fore };
}

/** A person who stands still; actions change what moves. */
export function standing(body: Body, stance: number): Pose {
  return {
    pelvis: [0, standingHip(body) - stance * stance, 0],
    lean: 0,
    tilt: 0,
    leftArm: hangingArm(-1),
    rightArm: hangingArm(1),
    leftFoot: [-stance, body.ankle, 0],
    rightFoot: [stance, body.ankle, 0],
    solids: [],
  };
}

/**
 * The middle joint of a limb of two parts: elbow or knee.
 *
 * @param bend the direction towards which the joint points
 * @returns the joint, and the end that is reached: `target`, or as far towards it as the limb is long
 */
export function bendLimb(
  start: Vector,
  target: Vector,
  first: number,
  second: number,
  bend: Vector,
): { readonly joint: Vector; readonly end: Vector } {
  const wanted = subtract(target, start);
  const axis = normalize(wanted);
  const shortest = Math.abs(first - second) + 1e-4;
  const distance = Math.min(
    Math.max(Math.sqrt(dot(wanted, wanted)), shortest),
    first + second - 1e-6,
  );
  const along = (first * first - second * second + distance * distance) / (2 * distance);
  const out = Math.sqrt(Math.max(0, first * first - along * along));
  const aside = normalize(addScaled(bend, axis, -dot(bend, axis)));
  return {
    joint: addScaled(addScaled(start, axis, along), aside, out),
    end: addScaled(start, axis, distance),
  };
}
