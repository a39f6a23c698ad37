import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeSafetensors } from '@msanet/checkpoint';
import { Random, type Tensor } from '@msanet/tensor';
import {
  mobilenetV2Backbone,
  officialCheckpoint,
  randomTsmWeights,
  type TsmConfig,
} from '@msanet/victim-tsm';
import { encodeH264 } from '@msanet/video';

/** A small network, so that a command takes seconds. */
const config: TsmConfig = {
  backbone: mobilenetV2Backbone(),
  segments: 8,
  shiftDivisor: 8,
  shiftPlacement: 'blockres',
  classes: 51,
  inputSize: 64,
};

/** A folder with a video and a checkpoint to run commands on. */
export interface Workspace {
  readonly folder: string;
  readonly video: string;
  readonly checkpoint: string;
  /** The flags that load the victim. */
  readonly victim: readonly string[];
  path(name: string): string;
  remove(): Promise<void>;
}

/** Makes a video of a moving pattern and a checkpoint with seeded weights. */
export async function makeWorkspace(): Promise<Workspace> {
  const folder = await mkdtemp(join(tmpdir(), 'msanet-cli-'));
  const path = (name: string): string => join(folder, name);
  const video = path('pattern.mp4');
  const checkpoint = path('tsm.safetensors');
  await encodeH264(video, pattern(), { frameRate: 25, crf: 18 });
  const weights = randomTsmWeights(config, new Random(3));
  await writeFile(checkpoint, writeSafetensors(officialCheckpoint(config, weights)));
  return {
    folder,
    video,
    checkpoint,
    victim: ['--victim', 'tsm', '--checkpoint', checkpoint, '-o', 'inputSize=64'],
    path,
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/** Twenty frames of drifting waves, shape (20, 3, 96, 128). */
function pattern(): Tensor<'uint8'> {
  const [frames, height, width] = [20, 96, 128];
  const data = new Uint8Array(frames * 3 * height * width);
  for (let index = 0; index < data.length; index++) {
    const x = index % width;
    const y = Math.floor(index / width) % height;
    const channel = Math.floor(index / (width * height)) % 3;
    const frame = Math.floor(index / (3 * width * height));
    const wave = Math.sin((x + 3 * frame) / 9 + channel) + Math.cos((y - 2 * frame) / 7);
    data[index] = Math.round(128 + 55 * wave);
  }
  return { dtype: 'uint8', shape: [frames, 3, height, width], data };
}
