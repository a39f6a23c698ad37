import type { SKRSContext2D } from '@napi-rs/canvas';
import { project, type Projected, type View } from '../camera/view.js';
import { shade, type Color } from '../color/color.js';
import type { Pose, Solid } from '../motion/pose.js';
import { skeletonOf, type SideJoints } from '../motion/skeleton.js';
import { between, type Vector } from '../motion/vector.js';
import { paintCapsule } from './capsule.js';
import { paintCuboid } from './cuboid.js';
import { paintHead } from './paint-head.js';
import { paintTorso, type FabricPattern } from './paint-torso.js';
import type { Outfit, Person } from './person.js';

/** What a figure is painted with. */
export interface Appearance {
  readonly person: Person;
  readonly outfit: Outfit;
  readonly fabric: FabricPattern;
  /** The colours of what belongs to the action. */
  readonly materials: Readonly<Record<Solid['material'], Color>>;
}

interface Part {
  readonly near: number;
  paint(): void;
}

/** Paints a figure and what belongs to its action, the far parts first. */
export function paintFigure(
  context: SKRSContext2D,
  appearance: Appearance,
  pose: Pose,
  view: View,
): void {
  const { person, outfit, materials } = appearance;
  const skeleton = skeletonOf(person.body, pose);
  const at = (point: Vector): Projected => project(view, point);
  const thickness = person.body.girth * view.scale;
  const capsule = (
    from: Vector,
    to: Vector,
    startRadius: number,
    endRadius: number,
    color: Color,
    order = 0,
  ): Part => {
    const [start, end] = [at(from), at(to)];
    return {
      near: (start.near + end.near) / 2 + order,
      paint: () =>
        paintCapsule(context, start, end, startRadius * thickness, endRadius * thickness, color),
    };
  };
  const side = ({ shoulder, elbow, hand, hip, knee, ankle, toe }: SideJoints): Part[] => [
    capsule(hip, knee, 0.056, 0.043, outfit.trousers),
    capsule(knee, ankle, 0.041, 0.027, person.shorts ? person.skin : outfit.trousers, 0.001),
    capsule(ankle, toe, 0.026, 0.022, outfit.shoes, 0.002),
    capsule(shoulder, elbow, 0.036, 0.03, outfit.shirt, 0.02),
    capsule(
      elbow,
      between(elbow, hand, 0.92),
      0.029,
      0.021,
      person.longSleeves ? outfit.shirt : person.skin,
      0.021,
    ),
    capsule(between(elbow, hand, 0.96), hand, 0.026, 0.026, person.skin, 0.022),
  ];
  const [neck, head] = [at(skeleton.neck), at(skeleton.head)];
  const solidParts = pose.solids.map((solid): Part => ({
    near: at(solid.center).near - 0.01,
    paint: () => paintCuboid(context, solid, view, materials[solid.material]),
  }));
  const parts: Part[] = [
    ...side(skeleton.left),
    ...side(skeleton.right),
    ...solidParts,
    {
      near: (at(skeleton.pelvis).near + neck.near) / 2,
      paint: () => paintTorso(context, appearance, skeleton, view),
    },
    {
      near: head.near,
      paint: () => {
        paintCapsule(
          context,
          neck,
          head,
          0.03 * thickness,
          0.03 * thickness,
          shade(person.skin, -5),
        );
        paintHead(context, person, outfit, neck, head, person.body.headRadius * view.scale);
      },
    },
  ];
  parts.sort((a, b) => a.near - b.near).forEach((part) => part.paint());
}

/** Paints the soft shadow of a figure on the ground. */
export function paintShadow(context: SKRSContext2D, pose: Pose, view: View, alpha: number): void {
  const { x, y } = project(view, [pose.pelvis[0], 0, pose.pelvis[2]]);
  context.fillStyle = `rgba(0, 0, 0, ${alpha})`;
  for (const grow of [1, 0.75]) {
    context.beginPath();
    context.ellipse(x, y, 0.2 * grow * view.scale, 0.045 * grow * view.scale, 0, 0, 2 * Math.PI);
    context.fill();
  }
}
