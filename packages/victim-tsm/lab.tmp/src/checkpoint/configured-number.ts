import type { Checkpoint } from '@msanet/checkpoint';

/**
 * A number that an MMAction2 checkpoint's configuration sets, such as `num_segments`; undefined where it says nothing.
 *
 * MMAction2 stores its configuration as Python source: under `meta.cfg` since version 1, under `meta.config` before. It
 * is searched as text and never executed.
 */
export function configuredNumber(
  metadata: Checkpoint['metadata'],
  name: string,
): number | undefined {
  const meta = metadata.get('meta');
  if (!(meta instanceof Map)) return undefined;
  for (const key of ['cfg', 'config']) {
    const source = meta.get(key);
    if (typeof source !== 'string') continue;
    const found = new RegExp(`\\b${name}['"]?\\s*[=:]\\s*(\\d{1,6})\\b`).exec(source);
    if (found !== null) return Number(found[1]);
  }
  return undefined;
}
