import { join } from 'node:path';
import { toLevels, type AttackOutcome, type ClipBatch } from '@msanet/core';
import { amplifiedPerturbation } from '@msanet/evaluation';
import type { Tensor } from '@msanet/tensor';
import { writeLosslessVideo, writePngFrames } from '@msanet/video';

/** The files of one attacked clip, relative to its folder. */
export interface ClipFiles {
  /** The clip as it was attacked, lossless. */
  readonly clean: string;
  /** The adversarial clip, lossless: decodes bit-equal to what was judged. */
  readonly adversarial: string;
  /** The perturbation, amplified around mid-grey. */
  readonly perturbation: string;
  /** How many times the perturbation is amplified. */
  readonly amplification: number;
  /** Folders of PNG frames, by the name of what the attack attached, such as its masks. */
  readonly pictures: Readonly<Record<string, string>>;
}

/** Writes the videos and pictures of an attacked clip; the batch holds that one clip. */
export async function writeClipFiles(
  folder: string,
  outcome: AttackOutcome,
  frameRate: number,
): Promise<ClipFiles> {
  const clean = frames(outcome.clean);
  const adversarial = frames(outcome.adversarial);
  const view = amplifiedPerturbation(clean, adversarial);
  const files = {
    clean: 'clean.mkv',
    adversarial: 'adversarial.mkv',
    perturbation: 'perturbation.mkv',
    amplification: view.amplification,
  };
  await writeLosslessVideo(join(folder, files.adversarial), adversarial, { frameRate });
  await writeLosslessVideo(join(folder, files.clean), clean, { frameRate });
  await writeLosslessVideo(join(folder, files.perturbation), view.clip, { frameRate });
  const pictures: Record<string, string> = {};
  for (const [name, picture] of outcome.clips[0].pictures) {
    pictures[name] = join('masks', name);
    await writePngFrames(join(folder, 'masks', name), greyFrames(picture));
  }
  return { ...files, pictures };
}

/** The 8-bit frames of a batch of one clip, shape (frames, 3, height, width). */
function frames({ data, shape }: ClipBatch): Tensor<'uint8'> {
  return { dtype: 'uint8', shape: shape.slice(1), data: toLevels(data) };
}

/** A picture of values in [0, 1], shape (frames, 1, height, width), as grey 8-bit RGB frames. */
function greyFrames({ data, shape }: Tensor<'float32'>): Tensor<'uint8'> {
  const [count, , height, width] = shape;
  const area = height * width;
  const levels = toLevels(data);
  const out = new Uint8Array(count * 3 * area);
  for (let frame = 0; frame < count; frame++) {
    const plane = levels.subarray(frame * area, (frame + 1) * area);
    for (let channel = 0; channel < 3; channel++) out.set(plane, (frame * 3 + channel) * area);
  }
  return { dtype: 'uint8', shape: [count, 3, height, width], data: out };
}
