import type { Canvas, SKRSContext2D } from '@napi-rs/canvas';
import type { Random } from '@msanet/tensor';
import { beach } from './families/beach.js';
import { field } from './families/field.js';
import { gym } from './families/gym.js';
import { room } from './families/room.js';
import { station } from './families/station.js';
import { street } from './families/street.js';

/** Paints what moves in a scene, `seconds` after the clip began, in the coordinates of the frame. */
export type Mover = (context: SKRSContext2D, seconds: number) => void;

/** What a family of scenes paints with. */
export interface SceneBrush {
  readonly context: SKRSContext2D;
  readonly random: Random;
  /** The height at which the ground begins, in pixels from the top of the frame. */
  readonly horizon: number;
  /** The left and right edge of what can come into view. */
  readonly left: number;
  readonly right: number;
  /** The upper and lower edge of what can come into view. */
  readonly top: number;
  readonly bottom: number;
  /** Roughens a rectangle with a grainy texture. */
  grain(x: number, y: number, width: number, height: number, strength: number): void;
}

/** A family of scenes: paints one that stands still, and returns what moves in it. */
export type SceneFamily = (brush: SceneBrush) => Mover[];

/** The families in the order in which the groups take turns. */
export const sceneFamilies: readonly SceneFamily[] = [room, street, field, gym, station, beach];

/** A scene that is ready to be shown. */
export interface Scene {
  readonly background: Canvas;
  readonly movers: readonly Mover[];
}
