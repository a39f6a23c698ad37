import { isMsanetError } from '@msanet/tensor';
import { probeVideo } from '../decode/probe-video.js';
import { listFrames } from '../image/frame-folder.js';
import { readImage } from '../image/read-image.js';
import { checkInterruption } from '../input/interruption.js';
import { localFile } from '../input/local-file.js';
import type { Dataset, DatasetClip, DatasetProblem, DatasetProblemKind } from './dataset.js';
import { someImage } from './frames-folder.js';

/** How a data set is checked. */
export interface DatasetCheckOptions {
  readonly signal?: AbortSignal;
  /** Hears after each clip how many of all are done. */
  readonly onProgress?: (done: number, total: number) => void;
  /** Clips that are opened at a time; 8 when absent, which keeps a slow disk busy. */
  readonly concurrency?: number;
}

/**
 * Opens every clip of a data set, quickly: the headers of a video, or one image of a folder of frames. Nothing is decoded to
 * its end, so damage further inside is not found.
 *
 * @returns what is wrong, in the order of the clips; the problems of the data set itself are not repeated
 * @throws MsanetError `ABORTED` when the signal fires, `RUNTIME_UNAVAILABLE` where videos cannot be decoded at all
 */
export async function checkDataset(
  dataset: Pick<Dataset, 'id' | 'clips'>,
  { signal, onProgress, concurrency = 8 }: DatasetCheckOptions = {},
): Promise<DatasetProblem[]> {
  const { clips } = dataset;
  const found: (DatasetProblem | undefined)[] = Array.from({ length: clips.length });
  let next = 0;
  let done = 0;
  const work = async (): Promise<void> => {
    while (next < clips.length) {
      checkInterruption(signal, dataset.id);
      const position = next++;
      found[position] = await checkClip(clips[position]);
      onProgress?.(++done, clips.length);
    }
  };
  const workers = Math.max(1, Math.min(Math.floor(concurrency) || 1, clips.length));
  await Promise.all(Array.from({ length: workers }, work));
  return found.filter((problem) => problem !== undefined);
}

/**
 * The clips that can be used: all but those that are missing, empty or undecodable.
 *
 * @param problems of `checkDataset`
 */
export function usableClips(
  clips: readonly DatasetClip[],
  problems: readonly DatasetProblem[],
): readonly DatasetClip[] {
  const bad = new Set(problems.filter(({ kind }) => kind !== 'frame-count').map(({ id }) => id));
  return clips.filter(({ id }) => !bad.has(id));
}

async function checkClip(clip: DatasetClip): Promise<DatasetProblem | undefined> {
  const problem = (kind: DatasetProblemKind, detail: string): DatasetProblem => ({
    id: clip.id,
    kind,
    detail,
  });
  try {
    const { kind, size } = await localFile(clip.path);
    if (kind === 'folder') return await checkFrames(clip, problem);
    if (size === 0) return problem('empty', 'a file of 0 bytes');
    await probeVideo(clip.path);
    return undefined;
  } catch (error) {
    if (!isMsanetError(error)) throw error;
    if (error.code === 'FILE_NOT_FOUND') return problem('missing', error.report.got);
    if (error.code === 'VIDEO_INVALID') return problem('undecodable', error.report.got);
    throw error;
  }
}

async function checkFrames(
  { path, frames }: DatasetClip,
  problem: (kind: DatasetProblemKind, detail: string) => DatasetProblem,
): Promise<DatasetProblem | undefined> {
  const image = await someImage(path);
  if (image === undefined) return problem('empty', 'a folder without images');
  await readImage(image);
  if (frames === undefined) return undefined;
  const { length } = await listFrames(path);
  return length < frames
    ? problem('frame-count', `${length} frames, where the list says ${frames}`)
    : undefined;
}
