/**
 * Reads damaged files in a process of its own, so that a crash of native code is seen and does not end the tests.
 *
 * Called with a folder for its files, a seed, and the first and last case. It announces every case on a line of its own
 * before it runs, and ends with one line of JSON.
 */
import { mkdirSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { secondsNow } from '@msanet/core';
import { isMsanetError, Random } from '@msanet/tensor';
import { readInput, segmentSampling, type InputClip } from '../../src/index.js';
import { fuzzSources } from './fuzz-sources.js';
import { mutate } from './mutate.js';

const [folder, seed, first, end] = process.argv.slice(2);
const request = {
  sampling: segmentSampling(4),
  geometry: { shortSide: 24 },
  input: { frames: 4, height: 24, width: 24 },
};
const expectedCodes = new Set([
  'VIDEO_INVALID',
  'VIDEO_TOO_SHORT',
  'NPY_INVALID',
  'SHAPE_MISMATCH',
  'DTYPE_MISMATCH',
  'CLIP_INVALID',
]);

const outcomes: Record<string, number> = {};
const failures: string[] = [];
let slowest = 0;
const sources = await fuzzSources(join(folder, 'sources'));

for (let index = Number(first); index < Number(end); index++) {
  writeSync(1, `case ${index}\n`);
  const random = new Random(Number(seed)).fork(index);
  const { extension, bytes } = sources[index % sources.length];
  const other = sources[random.integer(sources.length)].bytes;
  const path = place(extension, mutate(bytes, other, random));
  const start = secondsNow();
  try {
    const input = await readInput(path, request);
    count(input.source.damaged ? 'read, damaged' : 'read');
    const wrong = fault(input);
    if (wrong !== undefined) failures.push(`case ${index}: ${wrong}`);
  } catch (error) {
    if (isMsanetError(error) && expectedCodes.has(error.code) && !error.message.includes('\n')) {
      count(error.code);
    } else {
      failures.push(`case ${index}: ${error instanceof Error ? error.stack : String(error)}`);
    }
  }
  slowest = Math.max(slowest, secondsNow() - start);
}
const megabytes = Math.round(process.resourceUsage().maxRSS / 1024);
writeSync(1, `${JSON.stringify({ outcomes, failures, slowest, megabytes })}\n`);

function place(extension: string, bytes: Uint8Array): string {
  if (extension !== 'png' && extension !== 'bmp') {
    const path = join(folder, `input.${extension}`);
    writeFileSync(path, bytes);
    return path;
  }
  const images = join(folder, 'frames');
  rmSync(images, { recursive: true, force: true });
  mkdirSync(images);
  writeFileSync(join(images, `1.${extension}`), bytes);
  return images;
}

function count(outcome: string): void {
  outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
}

/** What is wrong with a clip that was read; nothing if it keeps the contract. */
function fault({ clip, source }: InputClip): string | undefined {
  const [frames, channels, height, width] = clip.shape;
  if (channels !== 3 || clip.data.length !== frames * 3 * height * width) return 'wrong shape';
  if (source.kind !== 'npy' && (frames !== 4 || height !== 24 || width !== 24)) return 'wrong size';
  if (source.indices.some((index) => index < 0 || index >= source.frameCount)) return 'wrong index';
  return clip.data.every((value) => value >= 0 && value <= 1) ? undefined : 'wrong value';
}
