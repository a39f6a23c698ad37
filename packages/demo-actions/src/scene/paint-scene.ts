import { createCanvas, type Canvas } from '@napi-rs/canvas';
import type { Random } from '@msanet/tensor';
import { bleed, frameHeight, frameWidth } from './frame-size.js';
import { sceneFamilies, type Scene } from './scene.js';

/**
 * Paints a scene of a family.
 *
 * @param grain the noise tile that surfaces are roughened with
 */
export function paintScene(family: number, horizon: number, random: Random, grain: Canvas): Scene {
  const background = createCanvas(frameWidth + 2 * bleed, frameHeight + 2 * bleed);
  const context = background.getContext('2d');
  context.translate(bleed, bleed);
  const movers = sceneFamilies[family]({
    context,
    random,
    horizon,
    left: -bleed,
    right: frameWidth + bleed,
    top: -bleed,
    bottom: frameHeight + bleed,
    grain(x, y, width, height, strength) {
      context.save();
      context.beginPath();
      context.rect(x, y, width, height);
      context.clip();
      context.globalAlpha = strength;
      context.translate(x + random.uniform(-200, 0), y + random.uniform(-200, 0));
      context.fillStyle = context.createPattern(grain, 'repeat') ?? 'transparent';
      context.fillRect(0, 0, width + 200, height + 200);
      context.restore();
    },
  });
  return { background, movers };
}
