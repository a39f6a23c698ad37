import type { Random } from '@msanet/tensor';

/** A colour: hue in degrees, saturation and lightness in per cent. */
export interface Color {
  readonly hue: number;
  readonly saturation: number;
  readonly lightness: number;
}

/** A colour from ranges of hue, saturation and lightness. */
export function drawColor(
  random: Random,
  hue: readonly [low: number, high: number],
  saturation: readonly [low: number, high: number],
  lightness: readonly [low: number, high: number],
): Color {
  return {
    hue: random.uniform(...hue),
    saturation: random.uniform(...saturation),
    lightness: random.uniform(...lightness),
  };
}

/** One of the entries, each as likely as the others. */
export function pick<T>(random: Random, entries: readonly T[]): T {
  return entries[random.integer(entries.length)];
}

/** The colour made lighter (positive) or darker (negative). */
export function shade(color: Color, lightness: number): Color {
  return { ...color, lightness: Math.min(98, Math.max(3, color.lightness + lightness)) };
}

/** The colour as a canvas style. */
export function style({ hue, saturation, lightness }: Color, alpha = 1): string {
  return `hsla(${hue.toFixed(2)}, ${saturation.toFixed(2)}%, ${lightness.toFixed(2)}%, ${alpha})`;
}
