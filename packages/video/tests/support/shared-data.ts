import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readNpy, type Tensor } from '@msanet/tensor';

const shared = fileURLToPath(new URL('../../../../../shared/', import.meta.url));

/** Whether the real videos and the fixtures made from them lie beside the repository. */
export const sharedDataPresent = existsSync(`${shared}videos`) && existsSync(`${shared}fixtures`);

/** Added to the names of tests that need the shared data. */
export const whenPresent = sharedDataPresent ? '' : ' (skipped: no ../shared/videos and fixtures)';

/** The real videos, with the frame counts and sizes that their README states. */
export const sharedVideos = [
  { name: 'demo.mp4', codec: 'h264', width: 340, height: 256, frameRate: 28, frames: 280 },
  { name: 'test.avi', codec: 'mpeg4', width: 320, height: 240, frameRate: 25, frames: 164 },
  { name: 'test.mp4', codec: 'h264', width: 340, height: 256, frameRate: 30, frames: 300 },
] as const;

export function sharedVideo(name: string): string {
  return `${shared}videos/${name}`;
}

/** What a fixture says about its clip. */
export interface FixtureClip {
  readonly segments: number;
  readonly framesPerSegment: number;
  readonly frameIndices: number[];
  readonly frameCount: number;
}

export function fixtureFacts(name: string): FixtureClip {
  const text = readFileSync(`${shared}fixtures/${name}/expected.json`, 'utf8');
  return JSON.parse(text) as FixtureClip;
}

/** The frames that a fixture was computed for, uint8, dithered by up to 3 levels. */
export function fixtureFrames(name: string): Tensor {
  return readNpy(readFileSync(`${shared}fixtures/${name}/frames_uint8.npy`));
}
