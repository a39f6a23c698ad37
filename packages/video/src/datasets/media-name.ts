import { extname } from 'node:path';

/** File name extensions of videos. */
export const videoExtensions: readonly string[] = [
  '.avi',
  '.mp4',
  '.mkv',
  '.webm',
  '.mov',
  '.m4v',
  '.mpg',
  '.mpeg',
  '.wmv',
  '.flv',
  '.ogv',
  '.3gp',
  '.ts',
];

/** Whether a file is a video by its name. */
export function isVideoName(name: string): boolean {
  return videoExtensions.includes(extname(name).toLowerCase());
}

/** A name without the extension of a video. Names of clips hold dots of their own, so no other extension is dropped. */
export function withoutVideoExtension(name: string): string {
  return isVideoName(name) ? name.slice(0, -extname(name).length) : name;
}

/** Text order by code unit, the same on every machine. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
