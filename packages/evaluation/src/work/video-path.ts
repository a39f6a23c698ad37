/** Most characters of a clip's id in a file name. */
const longestName = 80;

/**
 * Where a clip's video goes in the run folder, relative to it. The clip's place in the comparison makes it unique, whatever
 * two ids have in common.
 *
 * @param folder what the video shows, such as `clean` or `tsm/pgd`
 */
export function videoPath(folder: string, id: string, position: number, suffix = ''): string {
  const name = id.replaceAll(/[^\w.+-]+/g, '_').slice(0, longestName);
  return `videos/${folder}/${String(position).padStart(5, '0')}-${name}${suffix}.mkv`;
}

/** Where the amplified perturbation of an adversarial video goes: beside it. */
export function perturbationPath(video: string): string {
  return video.replace(/\.mkv$/, '-perturbation.mkv');
}
