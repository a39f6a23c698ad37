import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { writeLosslessVideo } from '../../src/index.js';
import { noiseClip } from '../support/clips.js';

/** Writes files by their paths below a folder; the value is the content, or nothing for a file of no bytes. */
export function writeTree(folder: string, files: Readonly<Record<string, string>>): string {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  return folder;
}

/** Makes empty files; readers of data sets look at names only. */
export function writeEmpty(folder: string, paths: readonly string[]): string {
  return writeTree(folder, Object.fromEntries(paths.map((path) => [path, ''])));
}

/** Writes a real video of a few frames under every path. The container is Matroska whatever the name, as the wild has it. */
export async function writeVideos(folder: string, paths: readonly string[]): Promise<void> {
  const source = join(folder, 'source.mkv');
  mkdirSync(folder, { recursive: true });
  await writeLosslessVideo(source, noiseClip(3, 16, 16), { frameRate: 25 });
  for (const path of paths) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    cpSync(source, join(folder, path));
  }
}

/** Lines with the line ends of UCF-101's lists. */
export function crlf(lines: readonly string[]): string {
  return lines.map((line) => `${line}\r\n`).join('');
}
