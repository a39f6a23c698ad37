import { demoClasses } from '../classes.js';

/** Groups of the data set, as many as UCF-101 has. */
export const groupCount = 25;

/** Groups that each of the three splits tests, in turn: 1 – 7, 8 – 14 and 15 – 21. */
const groupsPerTest = 7;

/** The number of splits. */
export const splitCount = 3;

/** One clip of the data set. */
export interface ClipName {
  readonly className: string;
  /** From 1 to 25. */
  readonly group: number;
  /** From 1 to 99. */
  readonly clip: number;
}

/** The id of a clip in the style of UCF-101: `v_SitDown_g03_c01`. */
export function clipId({ className, group, clip }: ClipName): string {
  return `v_${className}_g${twoDigits(group)}_c${twoDigits(clip)}`;
}

/** The clip with an id, or undefined where it is none of this data set. */
export function parseClipId(id: string): ClipName | undefined {
  const match = /^v_([A-Za-z]+)_g(\d\d)_c(\d\d)$/.exec(id);
  if (match === null) return undefined;
  const name = { className: match[1], group: Number(match[2]), clip: Number(match[3]) };
  const known = demoClasses.some((entry) => entry.name === name.className);
  return known && name.group >= 1 && name.group <= groupCount && name.clip >= 1 ? name : undefined;
}

/** The path of a clip below `videos`, with forward slashes, as in UCF-101's lists. */
export function clipPath(name: ClipName): string {
  return `${name.className}/${clipId(name)}.avi`;
}

/** Whether a split tests the clips of a group; where it does not, it trains on them. */
export function isTested(group: number, split: number): boolean {
  return Math.floor((group - 1) / groupsPerTest) === split - 1;
}

/** The files of `ucfTrainTestlist` by name, for the clips that there are; lines end as in the official files. */
export function splitFiles(clips: readonly ClipName[]): Map<string, string> {
  const label = new Map(demoClasses.map((entry, index) => [entry.name, index + 1]));
  const lines = (entries: readonly string[]): string =>
    entries.map((entry) => `${entry}\r\n`).join('');
  const files = new Map([
    ['classInd.txt', lines(demoClasses.map(({ name }, index) => `${index + 1} ${name}`))],
  ]);
  for (let split = 1; split <= splitCount; split++) {
    const tested = clips.filter(({ group }) => isTested(group, split));
    const trained = clips.filter(({ group }) => !isTested(group, split));
    files.set(`testlist0${split}.txt`, lines(tested.map(clipPath)));
    files.set(
      `trainlist0${split}.txt`,
      lines(trained.map((clip) => `${clipPath(clip)} ${label.get(clip.className)}`)),
    );
  }
  return files;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}
