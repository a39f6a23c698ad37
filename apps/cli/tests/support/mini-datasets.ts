import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Tensor } from '@msanet/tensor';
import { encodeH264 } from '@msanet/video';

/** A clip of a data set in miniature. */
export interface MiniClip {
  readonly className: string;
  /** Name of the file. */
  readonly file: string;
}

/**
 * Writes HMDB-51 in miniature: class folders and the official split files of the first split. One clip that the files name is
 * missing, one is no video, one belongs to the training part.
 *
 * @param clips of the test part; all show the same video
 */
export async function writeMiniHmdb(
  root: string,
  video: string,
  clips: readonly MiniClip[],
): Promise<void> {
  for (const { className, file } of clips) await put(join(root, className, file), video);
  const [{ className: first }] = clips;
  await writeFile(join(root, first, 'not a video.avi'), 'nothing to see here');
  const folder = join(root, 'testTrainMulti_7030_splits');
  await mkdir(folder, { recursive: true });
  for (const name of new Set(clips.map(({ className }) => className))) {
    const own = clips.filter(({ className }) => className === name).map(({ file }) => `${file} 2 `);
    const odd =
      name === first
        ? ['not a video.avi 2', 'gone.avi 2', 'for_training.avi 1', 'unused.avi 0']
        : [];
    await writeFile(join(folder, `${name}_test_split1.txt`), [...own, ...odd, ''].join('\r\n'));
  }
}

/** Writes UCF-101 in miniature, with the class names given: `v_CLASS_g01_c01` and on, all of them test clips of split 1. */
export async function writeMiniUcf(
  root: string,
  videos: readonly string[],
  className: string,
  otherClasses: readonly string[],
): Promise<void> {
  const lists = join(root, 'ucfTrainTestlist');
  await mkdir(lists, { recursive: true });
  const names = videos.map((_, index) => `v_${className}_g0${index + 1}_c01.avi`);
  for (const [index, name] of names.entries()) {
    await put(join(root, 'videos', className, name), videos[index]);
  }
  const classes = [className, ...otherClasses];
  const lines = classes.map((name, index) => `${index + 1} ${name}`);
  await writeFile(join(lists, 'classInd.txt'), `${lines.join('\r\n')}\r\n`);
  const test = names.map((name) => `${className}/${name}`);
  await writeFile(join(lists, 'testlist01.txt'), `${test.join('\r\n')}\r\n`);
  await writeFile(join(lists, 'trainlist01.txt'), '');
}

async function put(path: string, video: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await copyFile(video, path);
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
