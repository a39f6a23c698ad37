import type { Random } from '@msanet/tensor';

/** The proportions of a person; lengths are fractions of the standing height. */
export interface Body {
  readonly thigh: number;
  readonly shin: number;
  /** Height of the ankle above the ground. */
  readonly ankle: number;
  /** From the middle of the hips to the base of the neck. */
  readonly torso: number;
  readonly neck: number;
  readonly headRadius: number;
  /** Half the distance between the shoulder joints. */
  readonly shoulder: number;
  /** Half the distance between the hip joints. */
  readonly hip: number;
  readonly upperArm: number;
  /** From the elbow to the middle of the hand. */
  readonly forearm: number;
  /** How thick the limbs are; 1 is average. */
  readonly girth: number;
}

/** Draws a build: short or long legs and arms, slim or heavy. */
export function drawBody(random: Random): Body {
  const legs = random.uniform(0.95, 1.05);
  const arms = random.uniform(0.94, 1.06);
  const girth = random.uniform(0.9, 1.3);
  return {
    thigh: 0.25 * legs,
    shin: 0.24 * legs,
    ankle: 0.045,
    torso: 0.29 * (2 - legs),
    neck: 0.05,
    headRadius: random.uniform(0.066, 0.076),
    shoulder: random.uniform(0.1, 0.12) * (0.8 + 0.2 * girth),
    hip: random.uniform(0.05, 0.062) * (0.7 + 0.3 * girth),
    upperArm: 0.175 * arms,
    forearm: 0.19 * arms,
    girth,
  };
}

/** How high the middle of the hips is when the person stands. */
export function standingHip(body: Body): number {
  return (body.thigh + body.shin) * 0.985 + body.ankle;
}
