import { describe, expect, it } from 'vitest';
import { Random } from '@msanet/tensor';
import { demoClasses } from '../../src/index.js';
import { drawBody } from '../../src/motion/body.js';
import { drawPoseTrack, type PoseTrack } from '../../src/motion/pose-track.js';
import type { Pose } from '../../src/motion/pose.js';
import { skeletonOf } from '../../src/motion/skeleton.js';
import { dot, subtract, type Vector } from '../../src/motion/vector.js';

const names = demoClasses.map(({ name }) => name);
const body = drawBody(new Random(5));
const seeds = [0, 1, 2, 3, 4, 5, 6, 7];

function track(name: string, seed: number): PoseTrack {
  return drawPoseTrack(name, new Random(seed), body, 60);
}

function distance(a: Vector, b: Vector): number {
  const difference = subtract(a, b);
  return Math.sqrt(dot(difference, difference));
}

/** Where the hips are on the picture's horizontal axis, by the definition of the yaw. */
function across({ pelvis }: Pose, yaw: number): number {
  return pelvis[0] * Math.cos(yaw) + pelvis[2] * Math.sin(yaw);
}

describe('drawPoseTrack', () => {
  it.each(demoClasses.filter(({ twin }) => twin !== undefined).map((entry) => [entry.name, entry]))(
    '%s is its twin in reverse, pose by pose',
    (name, { twin = '' }) => {
      for (const seed of seeds) {
        const [own, other] = [track(name, seed), track(twin, seed)];
        expect(own.yaw).toBe(other.yaw);
        expect([...own.poses].reverse(), `seed ${seed}`).toEqual(other.poses);
        expect(own.poses, `seed ${seed}`).not.toEqual(other.poses);
      }
    },
  );

  it.each(names)('%s bends at joints only: limbs keep their lengths, feet their places', (name) => {
    for (const seed of seeds) {
      for (const pose of track(name, seed).poses) {
        const skeleton = skeletonOf(body, pose);
        for (const [side, foot] of [
          [skeleton.left, pose.leftFoot],
          [skeleton.right, pose.rightFoot],
        ] as const) {
          expect(distance(side.shoulder, side.elbow)).toBeCloseTo(body.upperArm, 6);
          expect(distance(side.elbow, side.hand)).toBeCloseTo(body.forearm, 6);
          expect(distance(side.hip, side.knee)).toBeCloseTo(body.thigh, 6);
          expect(distance(side.knee, side.ankle)).toBeCloseTo(body.shin, 6);
          // A foot that the leg cannot reach would float.
          expect(distance(side.ankle, foot), `${name} seed ${seed}`).toBeLessThan(0.01);
        }
        expect(distance(skeleton.pelvis, skeleton.neck)).toBeCloseTo(body.torso, 6);
      }
    }
  });

  it.each(names)('%s has no jumps', (name) => {
    for (const seed of seeds) {
      const skeletons = track(name, seed).poses.map((pose) => skeletonOf(body, pose));
      for (let frame = 1; frame < skeletons.length; frame++) {
        for (const side of ['left', 'right'] as const) {
          const [before, after] = [skeletons[frame - 1][side], skeletons[frame][side]];
          expect(distance(before.hand, after.hand), `seed ${seed}`).toBeLessThan(0.15);
          expect(distance(before.ankle, after.ankle), `seed ${seed}`).toBeLessThan(0.09);
          expect(distance(before.knee, after.knee), `seed ${seed}`).toBeLessThan(0.09);
        }
      }
    }
  });

  it('walks to the side that the class says, seen from behind and from the front', () => {
    const facings = new Set<boolean>();
    for (const seed of seeds) {
      const right = track('WalkRight', seed);
      const left = track('WalkLeft', seed);
      facings.add(Math.cos(right.yaw) > 0);
      expect(across(right.poses[59], right.yaw)).toBeGreaterThan(
        across(right.poses[0], right.yaw) + 0.5,
      );
      expect(across(left.poses[59], left.yaw)).toBeLessThan(across(left.poses[0], left.yaw) - 0.5);
    }
    expect(facings.size).toBe(2);
  });

  it('moves what the name says', () => {
    for (const seed of seeds) {
      const ends = (name: string): [Pose, Pose] => {
        const { poses } = track(name, seed);
        return [poses[0], poses[59]];
      };
      const [standing, sitting] = ends('SitDown');
      expect(sitting.pelvis[1]).toBeLessThan(standing.pelvis[1] - 0.1);
      const [tall, low] = ends('CrouchDown');
      expect(low.pelvis[1]).toBeLessThan(tall.pelvis[1] - 0.2);
      const [near, far] = ends('PushBox');
      expect(far.solids[0].center[2]).toBeGreaterThan(near.solids[0].center[2] + 0.25);
      const width = (pose: Pose): number => {
        const { left, right } = skeletonOf(body, pose);
        return distance(left.hand, right.hand);
      };
      const [closed, open] = ends('OpenArms');
      expect(width(open)).toBeGreaterThan(width(closed) + 0.4);
      const highest = (pose: Pose): number => {
        const { left, right } = skeletonOf(body, pose);
        return Math.max(left.hand[1], right.hand[1]);
      };
      const [lowered, raised] = ends('RaiseArm');
      expect(highest(raised)).toBeGreaterThan(highest(lowered) + 0.4);
    }
  });
});
