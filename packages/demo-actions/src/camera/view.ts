import type { Vector } from '../motion/vector.js';

/** From where and how large a body is seen: a parallel projection. */
export interface View {
  /** How far the body is turned to the right; at 0 its back is towards the camera. */
  readonly yaw: number;
  /** How far the camera looks down, in radians. */
  readonly pitch: number;
  /** Pixels per body height. */
  readonly scale: number;
  /** Where the origin of the body's frame lies, in pixels. */
  readonly x: number;
  readonly y: number;
}

/** A point of the picture, in pixels, and how near it is to the camera. */
export interface Projected {
  readonly x: number;
  readonly y: number;
  readonly near: number;
}

/** Projects a point of the body's frame. */
export function project(
  { yaw, pitch, scale, x, y }: View,
  [right, up, forward]: Vector,
): Projected {
  const across = right * Math.cos(yaw) + forward * Math.sin(yaw);
  const towards = right * Math.sin(yaw) - forward * Math.cos(yaw);
  return {
    x: x + scale * across,
    y: y - scale * (up * Math.cos(pitch) - towards * Math.sin(pitch)),
    near: towards * Math.cos(pitch) + up * Math.sin(pitch),
  };
}
