/** A point or direction: to the right, up, and forward (or towards the camera), in body heights. */
export type Vector = readonly [x: number, y: number, z: number];

/** `a + scale · b`. */
export function addScaled(a: Vector, b: Vector, scale = 1): Vector {
  return [a[0] + scale * b[0], a[1] + scale * b[1], a[2] + scale * b[2]];
}

/** `a − b`. */
export function subtract(a: Vector, b: Vector): Vector {
  return [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
}

/** The scalar product. */
export function dot(a: Vector, b: Vector): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

/** The vector of length 1 in the same direction; a zero vector stays zero. */
export function normalize(a: Vector): Vector {
  const length = Math.sqrt(dot(a, a));
  return length === 0 ? a : [a[0] / length, a[1] / length, a[2] / length];
}

/** The point at `fraction` of the way from `a` to `b`. */
export function between(a: Vector, b: Vector, fraction: number): Vector {
  return addScaled(a, subtract(b, a), fraction);
}

/** The number at `fraction` of the way from `from` to `to`. */
export function mix(from: number, to: number, fraction: number): number {
  return from + (to - from) * fraction;
}
