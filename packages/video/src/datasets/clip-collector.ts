import type { DatasetClip, DatasetProblem, DatasetProblemKind } from './dataset.js';

/** Gathers the clips and problems of a data set in the order of its lists. */
export class ClipCollector {
  readonly clips: DatasetClip[] = [];
  readonly problems: DatasetProblem[] = [];
  readonly #ids = new Set<string>();
  #index = 0;

  /** The position of the next clip in the order of the split; every line of a list takes one, whatever becomes of it. */
  nextIndex(): number {
    return this.#index++;
  }

  /** Records that something cannot be used. */
  problem(kind: DatasetProblemKind, id: string, detail: string): void {
    this.problems.push({ id, kind, detail });
  }

  /** Adds a clip, or a problem where its file is not there or its id was named before. */
  add(clip: Omit<DatasetClip, 'path'> & { readonly path: string | undefined }): void {
    const { path } = clip;
    if (this.#ids.has(clip.id)) {
      this.problem('duplicate', clip.id, 'named more than once; the first one counts');
      return;
    }
    this.#ids.add(clip.id);
    if (path === undefined) {
      this.problem('missing', clip.id, `no video or folder of frames of ${clip.className}`);
    } else {
      this.clips.push({ ...clip, path });
    }
  }
}
