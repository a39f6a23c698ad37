import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { MsanetError } from '@msanet/tensor';
import { encodeMpeg4, writeFileAtomically } from '@msanet/video';
import { demoClasses } from '../classes.js';
import { renderDemoClip } from '../clip/render-clip.js';
import { frameRate } from '../motion/pose-track.js';
import { clipId, clipPath, parseClipId, splitFiles, type ClipName } from './layout.js';
import { claimFolder } from './manifest.js';
import { selectClips, type ClipSelection } from './selection.js';

/** Where to make the data set, and which part of it. */
export interface GenerateOptions extends ClipSelection {
  /** The folder of the data set; made where it is missing. */
  readonly root: string;
  /** The seed from which everything follows. The default is 0. */
  readonly seed?: number;
  readonly signal?: AbortSignal;
  /** Told after every clip how far the work is. */
  readonly onProgress?: (progress: GenerateProgress) => void;
}

/** How far the work is. */
export interface GenerateProgress {
  /** Clips that are there, and clips that are wanted. */
  readonly done: number;
  readonly total: number;
  /** The clip that was made or kept last. */
  readonly id: string;
}

/** What was done. */
export interface GenerateResult {
  readonly root: string;
  /** Clips that were made now. */
  readonly made: number;
  /** Clips that were there before. */
  readonly kept: number;
}

/**
 * Makes demo-actions, or a part of it, in UCF-101's layout: `videos/CLASS/v_CLASS_gXX_cYY.avi` and `ucfTrainTestlist`.
 *
 * A clip depends on nothing but the seed and its own name, so that a part has the same bytes as in the whole. Clips that
 * are there already are kept, which also resumes an interrupted run. The lists name the clips that the folder holds.
 *
 * @throws MsanetError `OPTION_INVALID` for an impossible selection or seed, `OUTPUT_UNWRITABLE` when the folder holds
 *   something else or cannot be written, `ABORTED` when the signal fires (what was made until then is kept)
 */
export async function generateDemoActions({
  root,
  seed = 0,
  signal,
  onProgress,
  ...selection
}: GenerateOptions): Promise<GenerateResult> {
  const clips = selectClips(selection);
  await claimFolder(root, seed);
  const present = new Set((await listClips(root)).map(clipId));
  let made = 0;
  for (const [index, name] of clips.entries()) {
    await nextTurn();
    checkInterruption(root, signal);
    const id = clipId(name);
    if (!present.has(id)) {
      const clip = renderDemoClip({ ...name, seed });
      const path = join(root, 'videos', clipPath(name));
      await encodeMpeg4(path, clip, { frameRate, quantizer, ...(signal && { signal }) });
      made += 1;
    }
    onProgress?.({ done: index + 1, total: clips.length, id });
  }
  for (const [file, content] of splitFiles(await listClips(root))) {
    await writeFileAtomically(join(root, 'ucfTrainTestlist', file), content);
  }
  return { root, made, kept: clips.length - made };
}

/** MPEG-4's quantiser: nearly without visible loss. */
const quantizer = 3;

/** The clips that a folder holds, in the order of UCF-101's lists. */
async function listClips(root: string): Promise<ClipName[]> {
  const found: ClipName[] = [];
  for (const { name } of demoClasses) {
    const files = await readdir(join(root, 'videos', name)).catch(() => []);
    for (const file of files.sort()) {
      const clip = file.endsWith('.avi') ? parseClipId(file.slice(0, -4)) : undefined;
      if (clip !== undefined) found.push(clip);
    }
  }
  return found;
}

function checkInterruption(root: string, signal: AbortSignal | undefined): void {
  if (!signal?.aborted) return;
  throw new MsanetError({
    code: 'ABORTED',
    where: root,
    expected: 'time to make all clips',
    got: 'an interruption',
    remedy: 'run it again: the clips that are finished are kept',
  });
}
