import { MsanetError } from '@msanet/tensor';
import { courseOf, demoClasses } from '../classes.js';
import { groupCount, parseClipId, type ClipName } from './layout.js';

/** Which clips of the data set to make; what is left out stands for all. */
export interface ClipSelection {
  /** Names of classes. */
  readonly classes?: readonly string[];
  /** Groups, from 1 to 25. */
  readonly groups?: readonly number[];
  /** How many clips of each group, from 1 to 99. The default is 4. */
  readonly clipsPerGroup?: number;
  /** Ids such as `v_SitDown_g03_c01`: of the clips that the rest selects, only these. */
  readonly only?: readonly string[];
}

/** Clips of each group, unless asked otherwise. */
export const defaultClipsPerGroup = 4;

/**
 * The selected clips: class by class, group by group.
 *
 * @throws MsanetError `OPTION_INVALID` when a class, group, number or id is none of the data set
 */
export function selectClips({
  classes = demoClasses.map(({ name }) => name),
  groups = Array.from({ length: groupCount }, (_, index) => index + 1),
  clipsPerGroup = defaultClipsPerGroup,
  only,
}: ClipSelection): ClipName[] {
  for (const name of classes) courseOf(name);
  for (const group of groups) checkWhole(group, groupCount, 'demo-actions group');
  checkWhole(clipsPerGroup, 99, 'demo-actions clips per group');
  const wanted = only && new Set(only.map(checkId));
  const clips: ClipName[] = [];
  for (const { name: className } of demoClasses) {
    if (!classes.includes(className)) continue;
    for (const group of [...new Set(groups)].sort((a, b) => a - b)) {
      for (let clip = 1; clip <= clipsPerGroup; clip++) {
        const name = { className, group, clip };
        if (wanted === undefined || wanted.has(keyOf(name))) clips.push(name);
      }
    }
  }
  return clips;
}

function keyOf({ className, group, clip }: ClipName): string {
  return `${className} ${group} ${clip}`;
}

function checkId(id: string): string {
  const name = parseClipId(id);
  if (name !== undefined) return keyOf(name);
  throw new MsanetError({
    code: 'OPTION_INVALID',
    where: 'demo-actions clip',
    expected: 'an id such as v_SitDown_g03_c01',
    got: id,
    remedy: 'take ids from the lists of the data set, without folder and .avi',
  });
}

function checkWhole(value: number, most: number, where: string): void {
  if (Number.isInteger(value) && value >= 1 && value <= most) return;
  throw new MsanetError({
    code: 'OPTION_INVALID',
    where,
    expected: `a whole number from 1 to ${most}`,
    got: String(value),
    remedy: `give a number from 1 to ${most}`,
  });
}
