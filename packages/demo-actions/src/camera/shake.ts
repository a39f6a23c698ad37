import type { Random } from '@msanet/tensor';

/** Where the camera is at one moment, relative to where it should be. */
export interface CameraState {
  /** Pixels. */
  readonly x: number;
  readonly y: number;
  /** Radians. */
  readonly roll: number;
  readonly zoom: number;
}

/** The camera's movement over time. */
export type CameraPath = (seconds: number) => CameraState;

/** Draws how a hand-held camera moves: a fixed tilt, tremor on two frequencies, and a slow zoom in or out. */
export function drawCameraPath(random: Random): CameraPath {
  const strength = random.uniform(0, 1) ** 1.5;
  const tilt = random.uniform(-0.028, 0.028);
  const zoom = random.uniform(-0.006, 0.006);
  const [x, y, roll] = [tremor(random), tremor(random), tremor(random)];
  return (seconds) => ({
    x: 2.4 * strength * x(seconds),
    y: 2.4 * strength * y(seconds),
    roll: tilt + 0.008 * strength * roll(seconds),
    zoom: 1 + zoom * (seconds - 2),
  });
}

/** A sum of two sines with values from −1 to 1. */
function tremor(random: Random): (seconds: number) => number {
  const [slow, fast] = [random.uniform(0.3, 0.8), random.uniform(1.2, 3)];
  const [first, second] = [random.uniform(), random.uniform()];
  return (seconds) =>
    0.65 * Math.sin(2 * Math.PI * (first + slow * seconds)) +
    0.35 * Math.sin(2 * Math.PI * (second + fast * seconds));
}

/** Where a camera shows a point of the scene. */
export function throughCamera(
  { x, y, roll, zoom }: CameraState,
  point: readonly [x: number, y: number],
  center: readonly [x: number, y: number],
): readonly [x: number, y: number] {
  const [across, down] = [(point[0] - center[0]) * zoom, (point[1] - center[1]) * zoom];
  return [
    center[0] + x + across * Math.cos(roll) - down * Math.sin(roll),
    center[1] + y + across * Math.sin(roll) + down * Math.cos(roll),
  ];
}
