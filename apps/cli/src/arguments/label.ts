import { MsanetError } from '@msanet/core';

/**
 * The class that a text names: an index, or a class name in any case.
 *
 * @param labels class names of the victim
 * @param where what to call it in the sentence, such as `--label`
 * @throws MsanetError `LABEL_UNKNOWN`, with the closest names
 */
export function parseLabel(text: string, labels: readonly string[], where: string): number {
  const wanted = text.trim().toLowerCase();
  const named = labels.findIndex((label) => label.toLowerCase() === wanted);
  if (named >= 0) return named;
  if (/^\d+$/.test(wanted) && Number(wanted) < labels.length) return Number(wanted);
  const close = labels
    .map((label) => ({ label, distance: editDistance(label.toLowerCase(), wanted) }))
    .filter(({ distance }) => distance <= Math.max(2, wanted.length / 3))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, 3)
    .map(({ label }) => label);
  throw new MsanetError({
    code: 'LABEL_UNKNOWN',
    where,
    expected: `a class name or an index from 0 to ${labels.length - 1}`,
    got: text === '' ? 'an empty text' : text,
    remedy: close.length > 0 ? `did you mean ${close.join(' or ')}` : 'see the names with --labels',
  });
}

/** Levenshtein distance of two texts. */
export function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      next[j] = Math.min(row[j] + 1, next[j - 1] + 1, replaced);
    }
    row = next;
  }
  return row[b.length];
}
