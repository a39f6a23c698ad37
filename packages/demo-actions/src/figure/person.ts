import type { Random } from '@msanet/tensor';
import { drawColor, pick, shade, type Color } from '../color/color.js';
import { drawBody, type Body } from '../motion/body.js';

/** How the torso is patterned. */
export type Pattern = 'plain' | 'stripes' | 'bands' | 'checks' | 'dots';

/** What a person is like: the same in all clips of a group. */
export interface Person {
  readonly body: Body;
  readonly skin: Color;
  readonly hair: Color;
  readonly hairStyle: 'short' | 'long' | 'bun' | 'cap';
  readonly longSleeves: boolean;
  readonly shorts: boolean;
  readonly pattern: Pattern;
}

/** The colours of the clothes. */
export interface Outfit {
  readonly shirt: Color;
  readonly accent: Color;
  readonly trousers: Color;
  readonly shoes: Color;
  readonly cap: Color;
}

const skins: readonly Color[] = [
  { hue: 24, saturation: 55, lightness: 78 },
  { hue: 22, saturation: 48, lightness: 66 },
  { hue: 24, saturation: 42, lightness: 50 },
  { hue: 20, saturation: 38, lightness: 34 },
];

const hairs: readonly Color[] = [
  { hue: 25, saturation: 30, lightness: 10 },
  { hue: 22, saturation: 45, lightness: 22 },
  { hue: 42, saturation: 50, lightness: 55 },
  { hue: 15, saturation: 55, lightness: 32 },
  { hue: 210, saturation: 6, lightness: 66 },
];

/** Draws a person. */
export function drawPerson(random: Random): Person {
  return {
    body: drawBody(random),
    skin: pick(random, skins),
    hair: pick(random, hairs),
    hairStyle: pick(random, ['short', 'short', 'long', 'bun', 'cap'] as const),
    longSleeves: random.uniform() < 0.5,
    shorts: random.uniform() < 0.3,
    pattern: pick(random, ['plain', 'plain', 'stripes', 'bands', 'checks', 'dots'] as const),
  };
}

/** Draws the colours of what a person wears. */
export function drawOutfit(random: Random): Outfit {
  const shirt = drawColor(random, [0, 360], [25, 90], [22, 85]);
  const dark = random.uniform() < 0.7;
  return {
    shirt,
    accent: shade(
      { ...shirt, hue: shirt.hue + random.uniform(60, 300) },
      shirt.lightness > 50 ? -28 : 32,
    ),
    trousers: dark
      ? drawColor(random, [190, 280], [5, 55], [10, 32])
      : drawColor(random, [20, 60], [10, 45], [40, 75]),
    shoes: drawColor(random, [0, 360], [5, 70], [12, 85]),
    cap: drawColor(random, [0, 360], [40, 90], [25, 60]),
  };
}
