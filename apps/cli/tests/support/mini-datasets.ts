import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Tensor } from '@msanet/tensor';
import { encodeH264 } from '@msanet/video';

/** A clip of a data set in miniature, as the split files of the first split name it. */
export interface MiniClip {
  readonly className: string;
  /** Name of the file. */
  readonly file: string;
  /** The video that the file is a copy of, or why it shows none: it holds a text, or is not there. */
  readonly content: { readonly video: string } | 'text' | 'missing';
  /** The default is `test`. Only HMDB-51 has clips that a split leaves unused. */
  readonly part?: keyof typeof hmdbTags;
}

/** What HMDB-51's split files say of a clip. */
const hmdbTags = { unused: 0, train: 1, test: 2 } as const;

/** Writes HMDB-51 in miniature: a split file of each class, whose lines end in a blank and CR LF. */
export async function writeMiniHmdb(root: string, clips: readonly MiniClip[]): Promise<void> {
  for (const clip of clips) await writeClip(join(root, 'hmdb51_org'), clip);
  for (const name of new Set(clips.map(({ className }) => className))) {
    const lines = clips
      .filter(({ className }) => className === name)
      .map(({ file, part = 'test' }) => `${file} ${hmdbTags[part]} `);
    await writeLines(join(root, 'testTrainMulti_7030_splits', `${name}_test_split1.txt`), lines);
  }
}

/**
 * Writes UCF-101 in miniature: classes and training clips numbered from 1, test clips without a label, lines that end in CR LF.
 *
 * @param classes in the order of their numbers
 */
export async function writeMiniUcf(
  root: string,
  classes: readonly string[],
  clips: readonly MiniClip[],
): Promise<void> {
  for (const clip of clips) await writeClip(join(root, 'UCF-101'), clip);
  const lists = join(root, 'ucfTrainTestlist');
  const numbered = classes.map((name, index) => `${index + 1} ${name}`);
  await writeLines(join(lists, 'classInd.txt'), numbered);
  const of = (wanted: MiniClip['part']): readonly MiniClip[] =>
    clips.filter(({ part = 'test' }) => part === wanted);
  const test = of('test').map(({ className, file }) => `${className}/${file}`);
  await writeLines(join(lists, 'testlist01.txt'), test);
  const train = of('train').map(
    ({ className, file }) => `${className}/${file} ${classes.indexOf(className) + 1}`,
  );
  await writeLines(join(lists, 'trainlist01.txt'), train);
}

async function writeClip(folder: string, { className, file, content }: MiniClip): Promise<void> {
  const path = join(folder, className, file);
  await mkdir(dirname(path), { recursive: true });
  if (content === 'text') await writeFile(path, 'nothing to see here');
  else if (content !== 'missing') await copyFile(content.video, path);
}

async function writeLines(path: string, lines: readonly string[]): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, lines.map((line) => `${line}\r\n`).join(''));
}

/** Writes a video of drifting waves; another phase gives another video. */
export async function writeWaves(path: string, phase: number): Promise<void> {
  const [frames, height, width] = [12, 72, 96];
  const data = new Uint8Array(frames * 3 * height * width);
  for (let index = 0; index < data.length; index++) {
    const x = index % width;
    const y = Math.floor(index / width) % height;
    const channel = Math.floor(index / (width * height)) % 3;
    const frame = Math.floor(index / (3 * width * height));
    const wave = Math.sin((x + 3 * frame) / 9 + channel + phase) + Math.cos((y - frame) / 7);
    data[index] = Math.round(128 + 55 * wave);
  }
  const clip: Tensor<'uint8'> = { dtype: 'uint8', shape: [frames, 3, height, width], data };
  await encodeH264(path, clip, { frameRate: 25, crf: 18 });
}
