import { MsanetError } from '@msanet/core';
import { Random, hash64 } from '@msanet/tensor';

/** How the target class of each clip is found: one class for all, or a random one for each. */
export type TargetRule =
  { readonly kind: 'class'; readonly label: number } | { readonly kind: 'random' };

/**
 * Reads the target of an experiment.
 *
 * @param target a class of the data set by name or index, or `random`
 * @throws MsanetError `LABEL_UNKNOWN`
 */
export function targetRule(target: string, classes: readonly string[]): TargetRule {
  if (target === 'random') return { kind: 'random' };
  const wanted = target.trim().toLowerCase();
  const named = classes.findIndex((name) => name.toLowerCase() === wanted);
  const label = named < 0 && /^\d+$/.test(wanted) ? Number(wanted) : named;
  if (label >= 0 && label < classes.length) return { kind: 'class', label };
  throw new MsanetError({
    code: 'LABEL_UNKNOWN',
    where: 'target of the comparison',
    expected: `a class of the data set, an index from 0 to ${classes.length - 1}, or random`,
    got: target,
    remedy: 'see the names in the lists of the data set',
  });
}

/**
 * The target of one clip; `undefined` where it is of the target class already.
 *
 * A random one depends on the seed and the clip's id alone, so every victim and attack gets the same.
 */
export function targetOf(
  rule: TargetRule,
  clip: { readonly id: string; readonly label: number },
  seed: number,
  classes: number,
): number | undefined {
  if (rule.kind === 'class') return rule.label === clip.label ? undefined : rule.label;
  const other = new Random(seed, hash64(`target ${clip.id}`)).integer(classes - 1);
  return other < clip.label ? other : other + 1;
}
