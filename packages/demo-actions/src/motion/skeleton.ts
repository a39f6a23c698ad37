import type { Body } from './body.js';
import { bendLimb, type ArmPose, type Pose, type Side } from './pose.js';
import { addScaled, type Vector } from './vector.js';

/** The joints of one side of a body. */
export interface SideJoints {
  readonly shoulder: Vector;
  readonly elbow: Vector;
  readonly hand: Vector;
  readonly hip: Vector;
  readonly knee: Vector;
  readonly ankle: Vector;
  readonly toe: Vector;
}

/** All joints of a body, in its own frame. */
export interface Skeleton {
  readonly pelvis: Vector;
  readonly neck: Vector;
  readonly head: Vector;
  readonly left: SideJoints;
  readonly right: SideJoints;
}

/** The end of the spine and the direction of the shoulders of a pose. */
export function spineOf(
  body: Body,
  pose: Pose,
): { readonly neck: Vector; readonly across: Vector } {
  const { lean, tilt } = pose;
  const up: Vector = [
    Math.sin(tilt),
    Math.cos(tilt) * Math.cos(lean),
    Math.cos(tilt) * Math.sin(lean),
  ];
  return {
    neck: addScaled(pose.pelvis, up, body.torso),
    across: [Math.cos(tilt), -Math.sin(tilt), 0],
  };
}

/** The joints of a body in a pose. */
export function skeletonOf(body: Body, pose: Pose): Skeleton {
  const { neck, across } = spineOf(body, pose);
  const headLean = pose.lean * 0.6;
  const up: Vector = [
    Math.sin(pose.tilt),
    Math.cos(pose.tilt) * Math.cos(headLean),
    Math.cos(pose.tilt) * Math.sin(headLean),
  ];
  return {
    pelvis: pose.pelvis,
    neck,
    head: addScaled(neck, up, body.neck + body.headRadius),
    left: sideJoints(-1, pose.leftArm, pose.leftFoot),
    right: sideJoints(1, pose.rightArm, pose.rightFoot),
  };

  function sideJoints(side: Side, arm: ArmPose, foot: Vector): SideJoints {
    const shoulder = addScaled(neck, across, side * body.shoulder);
    const elbow = addScaled(shoulder, arm.upper, body.upperArm);
    const hip = addScaled(pose.pelvis, [1, 0, 0], side * body.hip);
    const leg = bendLimb(hip, foot, body.thigh, body.shin, [side * 0.25, 0, 1]);
    return {
      shoulder,
      elbow,
      hand: addScaled(elbow, arm.fore, body.forearm),
      hip,
      knee: leg.joint,
      ankle: leg.end,
      toe: addScaled(leg.end, [side * 0.035, -0.55 * body.ankle, 0.085]),
    };
  }
}
