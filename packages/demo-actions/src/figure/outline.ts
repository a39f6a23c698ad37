import type { Body } from '../motion/body.js';
import type { Pose } from '../motion/pose.js';
import { skeletonOf } from '../motion/skeleton.js';
import { project, type View } from '../camera/view.js';
import { cuboidCorners } from './cuboid.js';

/** A rectangle, in pixels. */
export interface Bounds {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** The rectangle around a body and what belongs to its action, over all poses. */
export function boundsOf(body: Body, poses: readonly Pose[], view: View): Bounds {
  const bounds = { left: Infinity, right: -Infinity, top: Infinity, bottom: -Infinity };
  const include = (x: number, y: number, radius: number): void => {
    bounds.left = Math.min(bounds.left, x - radius);
    bounds.right = Math.max(bounds.right, x + radius);
    bounds.top = Math.min(bounds.top, y - radius);
    bounds.bottom = Math.max(bounds.bottom, y + radius);
  };
  const limb = 0.055 * body.girth * view.scale;
  for (const pose of poses) {
    const { head, pelvis, left, right } = skeletonOf(body, pose);
    const top = project(view, head);
    include(top.x, top.y, 1.35 * body.headRadius * view.scale);
    for (const joint of [pelvis, ...[left, right].flatMap((side) => Object.values(side))]) {
      const { x, y } = project(view, joint);
      include(x, y, limb);
    }
    for (const corner of pose.solids.flatMap(cuboidCorners)) {
      const { x, y } = project(view, corner);
      include(x, y, 0);
    }
  }
  return bounds;
}
