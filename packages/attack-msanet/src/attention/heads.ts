/**
 * The four heads of the attention: coarse ones select, fine ones enhance; each over time or over space.
 *
 * - `temporal-select`: one weight per frame.
 * - `spatial-select`: one weight per region of a coarse grid, upsampled smoothly.
 * - `temporal-enhance`: one weight per pixel, from the pixel's neighbourhood in time.
 * - `spatial-enhance`: one weight per pixel, from its neighbourhood in space.
 */
export const heads = [
  'temporal-select',
  'spatial-select',
  'temporal-enhance',
  'spatial-enhance',
] as const;

/** The name of a head. */
export type Head = (typeof heads)[number];

/** The heads of a variant of the attention, for ablations. */
export function headsOf(
  granularity: 'both' | 'coarse' | 'fine',
  axes: 'both' | 'spatial' | 'temporal',
): readonly Head[] {
  return heads.filter((head) => {
    const [axis, level] = head.split('-');
    const coarse = level === 'select';
    return (
      (axes === 'both' || axes === axis) &&
      (granularity === 'both' || (granularity === 'coarse') === coarse)
    );
  });
}
