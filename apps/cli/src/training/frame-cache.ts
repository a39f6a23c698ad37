import { createHash } from 'node:crypto';
import { mkdir, open, readFile, rename, stat, writeFile, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { TrainingClips } from '@msanet/training';
import { decodeFrames, type Dataset } from '@msanet/video';

/** Where one video's frames lie in the cache. */
interface CachedVideo {
  readonly id: string;
  readonly label: number;
  /** Of the first byte. */
  readonly offset: number;
  readonly frames: number;
  readonly height: number;
  readonly width: number;
}

/** What the cache is made from; a cache of anything else is made anew. */
interface CacheKey {
  readonly shortSide: number;
  readonly classes: readonly string[];
  readonly videos: readonly (readonly [path: string, bytes: number, modified: number])[];
}

/** How a cache is made. */
export interface FrameCacheOptions {
  readonly folder: string;
  /** Pixels that the shorter side of every frame has. */
  readonly shortSide: number;
  readonly signal?: AbortSignal;
  /** Told after every video that was decoded. */
  readonly onVideo?: (done: number, all: number) => void;
  /** Told of a video that cannot be decoded; it is left out. */
  readonly onProblem?: (id: string, error: unknown) => void;
}

/**
 * All frames of a data set, decoded once into a file. Training reads single frames from there, out of the operating
 * system's memory as long as the file fits; a set of any size needs no memory of its own.
 *
 * The file is named after what it was made from, and a second training finds it.
 */
export class FrameCache implements TrainingClips {
  readonly classes: readonly string[];
  readonly #file: FileHandle;
  readonly #videos: readonly CachedVideo[];

  private constructor(
    classes: readonly string[],
    file: FileHandle,
    videos: readonly CachedVideo[],
  ) {
    this.classes = classes;
    this.#file = file;
    this.#videos = videos;
  }

  /** Opens the cache of a data set, after it was made if need be. */
  static async of(dataset: Dataset, options: FrameCacheOptions): Promise<FrameCache> {
    const { folder, shortSide } = options;
    await mkdir(folder, { recursive: true });
    const key: CacheKey = {
      shortSide,
      classes: dataset.classes,
      videos: await Promise.all(
        dataset.clips.map(async ({ path }) => {
          const { size, mtimeMs } = await stat(path);
          return [path, size, mtimeMs] as const;
        }),
      ),
    };
    const name = createHash('sha256').update(JSON.stringify(key)).digest('hex').slice(0, 16);
    const path = join(folder, `frames-${name}`);
    const videos = (await indexOf(path)) ?? (await decodeAll(dataset, path, options));
    return new FrameCache(dataset.classes, await open(`${path}.rgb`), videos);
  }

  get length(): number {
    return this.#videos.length;
  }

  id(clip: number): string {
    return this.#videos[clip].id;
  }

  label(clip: number): number {
    return this.#videos[clip].label;
  }

  frameCount(clip: number): number {
    return this.#videos[clip].frames;
  }

  async read(clip: number, indices: readonly number[]) {
    const { offset, height, width } = this.#videos[clip];
    const length = 3 * height * width;
    const data = new Uint8Array(indices.length * length);
    await Promise.all(
      indices.map((index, place) =>
        this.#file.read(data, place * length, length, offset + index * length),
      ),
    );
    return { data, frames: indices.length, height, width };
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}

/** The index of a cache that is whole; undefined where there is none. */
async function indexOf(path: string): Promise<readonly CachedVideo[] | undefined> {
  try {
    const videos = JSON.parse(await readFile(`${path}.json`, 'utf8')) as readonly CachedVideo[];
    const bytes = videos.reduce(
      (sum, { frames, height, width }) => sum + frames * 3 * height * width,
      0,
    );
    return (await stat(`${path}.rgb`)).size === bytes ? videos : undefined;
  } catch {
    return undefined;
  }
}

async function decodeAll(
  dataset: Dataset,
  path: string,
  { shortSide, signal, onVideo, onProblem }: FrameCacheOptions,
): Promise<CachedVideo[]> {
  const videos: CachedVideo[] = [];
  const partial = `${path}.partial`;
  const file = await open(partial, 'w');
  let offset = 0;
  try {
    for (const [done, { id, path: video, label }] of dataset.clips.entries()) {
      try {
        const { frames } = await decodeFrames(
          video,
          (frameCount) => Array.from({ length: frameCount }, (_, index) => index),
          { shortSide, ...(signal === undefined ? {} : { signal }) },
        );
        const [count, , height, width] = frames.shape;
        await file.write(frames.data);
        videos.push({ id, label, offset, frames: count, height, width });
        offset += frames.data.length;
      } catch (error) {
        signal?.throwIfAborted();
        onProblem?.(id, error);
      }
      onVideo?.(done + 1, dataset.clips.length);
    }
  } finally {
    await file.close();
  }
  await rename(partial, `${path}.rgb`);
  await writeFile(`${path}.json`, JSON.stringify(videos));
  return videos;
}
