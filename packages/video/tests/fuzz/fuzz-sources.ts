import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeNpy } from '@msanet/tensor';
import { encodePictures, type EncoderSettings } from '../../src/encode/video-encoder.js';
import { loadFfmpeg } from '../../src/ffmpeg/library.js';
import { encodeH264, writeLosslessVideo, writePngFrames } from '../../src/index.js';
import { noiseClip, waveClip } from '../support/clips.js';

/** A healthy file whose damaged copies are read. */
export interface FuzzSource {
  /** File name extension; `png` and `bmp` are read as the only frame of a folder. */
  readonly extension: string;
  readonly bytes: Uint8Array;
}

/** Small files of every kind that is read, made by our own writers. */
export async function fuzzSources(folder: string): Promise<FuzzSource[]> {
  mkdirSync(folder, { recursive: true });
  const clip = waveClip(12, 24, 32);
  const path = (name: string): string => join(folder, name);
  await writeLosslessVideo(path('a.mkv'), clip);
  await encodeH264(path('a.mp4'), clip, { crf: 30 });
  await writePngFrames(path('png'), noiseClip(1, 12, 16));
  for (const container of ['avi', 'matroska', 'mp4'] as const) {
    await writeMpeg4(path(`mpeg4.${container}`), container);
  }
  const files: [extension: string, path: string][] = [
    ['mkv', 'a.mkv'],
    ['mp4', 'a.mp4'],
    ['avi', 'mpeg4.avi'],
    ['png', 'png/img_00001.png'],
    ['mkv', 'mpeg4.matroska'],
    ['mp4', 'mpeg4.mp4'],
  ];
  return [
    ...files.map(([extension, name]) => ({ extension, bytes: readFileSync(path(name)) })),
    { extension: 'npy', bytes: writeNpy(noiseClip(4, 5, 6)) },
    { extension: 'bmp', bytes: bmp() },
  ];
}

async function writeMpeg4(path: string, container: EncoderSettings['container']): Promise<void> {
  const ffmpeg = await loadFfmpeg();
  const settings = {
    codec: 'mpeg4',
    container,
    pixelFormat: ffmpeg.constants.AV_PIX_FMT_YUV420P,
    width: 32,
    height: 24,
    frameRate: 25,
    options: { g: '5' },
  } as const;
  await encodePictures(ffmpeg, path, settings, 12, (frame, index) =>
    frame.fromBuffer(
      Buffer.from(waveClip(12, 24, 16).data.subarray(index * 1152, (index + 1) * 1152)),
    ),
  );
}

function bmp(): Uint8Array {
  const bytes = Buffer.alloc(54 + 16 * 12 * 3, 77);
  bytes.write('BM', 0);
  bytes.writeUInt32LE(54, 10);
  bytes.writeUInt32LE(40, 14);
  bytes.writeInt32LE(16, 18);
  bytes.writeInt32LE(12, 22);
  bytes.writeUInt16LE(1, 26);
  bytes.writeUInt16LE(24, 28);
  bytes.fill(0, 30, 54);
  return bytes;
}
