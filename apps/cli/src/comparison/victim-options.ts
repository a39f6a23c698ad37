import type { ComparedVictim } from '@msanet/evaluation';
import { readLabels } from '../files/read-labels.js';

/**
 * The options of a victim as its plugin takes them: where `labels` is a file, the names in it.
 *
 * @throws MsanetError as `readLabels`
 */
export async function victimOptions({
  options,
}: Pick<ComparedVictim, 'options'>): Promise<Record<string, unknown>> {
  const { labels } = options;
  return typeof labels === 'string'
    ? { ...options, labels: await readLabels(labels) }
    : { ...options };
}
