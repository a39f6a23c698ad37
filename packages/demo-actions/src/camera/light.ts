import type { SKRSContext2D } from '@napi-rs/canvas';
import type { Random } from '@msanet/tensor';
import { frameHeight, frameWidth } from '../scene/frame-size.js';

/** Changes the light of the picture that is painted, `time` from 0 to 1. */
export type Light = (context: SKRSContext2D, time: number) => void;

/** Draws the light of a clip: brightness, a gradient, a colour cast, haze, and a slow change. */
export function drawLight(random: Random): Light {
  const gain = random.uniform(0.82, 1);
  const fall = random.uniform(0, 0.25);
  const cast = [random.uniform(0.87, 1), random.uniform(0.9, 1), random.uniform(0.85, 1)];
  const haze = random.uniform() < 0.4 ? random.uniform(0, 0.14) : 0;
  const hazeLevel = Math.round(random.uniform(150, 255));
  const change = random.uniform(-0.1, 0.1);
  const angle = random.uniform(0, 2 * Math.PI);
  const [x, y] = [160 * Math.cos(angle), 120 * Math.sin(angle)];
  return (context, time) => {
    const now = gain * (1 + change * (time - 0.5));
    const color = (level: number): string =>
      `rgb(${cast.map((part) => Math.round(255 * Math.min(1, part * level))).join(', ')})`;
    const gradient = context.createLinearGradient(160 - x, 120 - y, 160 + x, 120 + y);
    gradient.addColorStop(0, color(now));
    gradient.addColorStop(1, color(now * (1 - fall)));
    context.save();
    if (haze > 0) {
      context.fillStyle = `rgba(${hazeLevel}, ${hazeLevel}, ${hazeLevel}, ${haze})`;
      context.fillRect(0, 0, frameWidth, frameHeight);
    }
    context.globalCompositeOperation = 'multiply';
    context.fillStyle = gradient;
    context.fillRect(0, 0, frameWidth, frameHeight);
    context.restore();
  };
}
