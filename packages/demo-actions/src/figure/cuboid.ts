import type { SKRSContext2D } from '@napi-rs/canvas';
import { project, type View } from '../camera/view.js';
import { shade, style, type Color } from '../color/color.js';
import type { Solid } from '../motion/pose.js';
import type { Vector } from '../motion/vector.js';

/** Signs of the corners; bit 0 is x, bit 1 is y, bit 2 is z. */
const corners = Array.from({ length: 8 }, (_, bits): Vector => [
  bits & 1 ? 1 : -1,
  bits & 2 ? 1 : -1,
  bits & 4 ? 1 : -1,
]);

/** Four corners of each face, its outward direction, and how much lighter it is. */
const faces: readonly {
  readonly of: readonly number[];
  readonly out: Vector;
  readonly light: number;
}[] = [
  { of: [0, 2, 6, 4], out: [-1, 0, 0], light: -6 },
  { of: [1, 3, 7, 5], out: [1, 0, 0], light: -6 },
  { of: [2, 3, 7, 6], out: [0, 1, 0], light: 10 },
  { of: [0, 1, 3, 2], out: [0, 0, -1], light: 0 },
  { of: [4, 5, 7, 6], out: [0, 0, 1], light: 0 },
];

/** The eight corners of a cuboid. */
export function cuboidCorners({ center, half }: Solid): Vector[] {
  return corners.map((sign): Vector => [
    center[0] + sign[0] * half[0],
    center[1] + sign[1] * half[1],
    center[2] + sign[2] * half[2],
  ]);
}

/** Paints the faces of a cuboid that are turned to the camera. */
export function paintCuboid(context: SKRSContext2D, solid: Solid, view: View, color: Color): void {
  const points = cuboidCorners(solid).map((corner) => project(view, corner));
  const origin = project(view, [0, 0, 0]).near;
  context.lineWidth = 1;
  context.lineJoin = 'round';
  for (const { of, out, light } of faces) {
    if (project(view, out).near <= origin) continue;
    context.beginPath();
    of.forEach((corner, index) => {
      const { x, y } = points[corner];
      if (index === 0) context.moveTo(x, y);
      else context.lineTo(x, y);
    });
    context.closePath();
    context.fillStyle = style(shade(color, light));
    context.fill();
    context.strokeStyle = style(shade(color, light - 16));
    context.stroke();
    if (solid.material === 'crate')
      paintSlats(
        context,
        of.map((corner) => points[corner]),
      );
  }
}

/** Lines across a face of a crate. */
function paintSlats(
  context: SKRSContext2D,
  [a, b, c, d]: readonly { readonly x: number; readonly y: number }[],
): void {
  context.beginPath();
  for (const share of [0.15, 0.85]) {
    context.moveTo(a.x + (d.x - a.x) * share, a.y + (d.y - a.y) * share);
    context.lineTo(b.x + (c.x - b.x) * share, b.y + (c.y - b.y) * share);
    context.moveTo(a.x + (b.x - a.x) * share, a.y + (b.y - a.y) * share);
    context.lineTo(d.x + (c.x - d.x) * share, d.y + (c.y - d.y) * share);
  }
  context.stroke();
}
