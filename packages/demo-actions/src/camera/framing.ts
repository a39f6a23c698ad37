import type { Random } from '@msanet/tensor';
import { boundsOf } from '../figure/outline.js';
import type { Body } from '../motion/body.js';
import type { PoseTrack } from '../motion/pose-track.js';
import { frameHeight, frameWidth } from '../scene/frame-size.js';
import { project, type View } from './view.js';

/** What the camera may move a point of the figure by, at most, in pixels. */
const margin = 11;

/** The smallest and largest height at which a standing figure is shown, in pixels. */
const leastHeight = 122;
const greatestHeight = 200;

/** A view and the ground in it. */
export interface Framing {
  readonly view: View;
  /** Where the ground begins, in pixels from the top. */
  readonly horizon: number;
}

/**
 * Draws how a performance is framed: everything that the figure does stays inside the central square, which is what a
 * centre crop keeps.
 */
export function drawFraming(random: Random, body: Body, { yaw, poses }: PoseTrack): Framing {
  const pitch = random.uniform(0.03, 0.26);
  const unit = boundsOf(body, poses, { yaw, pitch, scale: 1, x: 0, y: 0 });
  const room = frameHeight - 2 * margin;
  const extent = Math.max(unit.right - unit.left, unit.bottom - unit.top);
  const most = Math.min(greatestHeight, room / extent);
  const scale = random.uniform(Math.min(most, Math.max(leastHeight, 0.8 * most)), most);
  const slack = (low: number, high: number): number => room - (high - low) * scale;
  const left = (frameWidth - frameHeight) / 2 + margin;
  const x = left - unit.left * scale + random.uniform(0, 1) * slack(unit.left, unit.right);
  const y = margin - unit.top * scale + random.uniform(0.6, 1) * slack(unit.top, unit.bottom);
  const view = { yaw, pitch, scale, x, y };
  const feet = Math.min(
    ...poses.flatMap(({ leftFoot, rightFoot }) => [
      project(view, leftFoot).y,
      project(view, rightFoot).y,
    ]),
  );
  return { view, horizon: Math.min(178, feet - random.uniform(14, 55)) };
}
