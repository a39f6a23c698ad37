import { MsanetError } from '@msanet/tensor';
import type * as binding from 'node-av/lib';
import type * as constants from 'node-av/constants';

/** The two modules of the FFmpeg binding that this package uses. */
export interface Ffmpeg {
  readonly av: typeof binding;
  readonly constants: typeof constants;
  /** FFmpeg's result code (EAGAIN) for "nothing yet, give me more input first". */
  readonly needsMore: number;
}

let loading: Promise<Ffmpeg> | undefined;

/**
 * Loads FFmpeg on first use, with its own log switched off.
 *
 * It is loaded late because its binary is large and may be missing on a platform where everything else works.
 *
 * @throws MsanetError `RUNTIME_UNAVAILABLE` when the binding has no binary for this platform
 */
export function loadFfmpeg(): Promise<Ffmpeg> {
  loading ??= load();
  return loading;
}

async function load(): Promise<Ffmpeg> {
  try {
    const av = await import('node-av/lib');
    const constants = await import('node-av/constants');
    av.Log.setLevel(constants.AV_LOG_QUIET);
    const needsMore = av.FFmpegError.AVERROR(av.PosixError.EAGAIN);
    return { av, constants, needsMore };
  } catch (cause) {
    throw new MsanetError({
      code: 'RUNTIME_UNAVAILABLE',
      where: 'video decoder',
      expected: `an FFmpeg binary for ${process.platform}-${process.arch}`,
      got: 'none that loads',
      remedy: 'install the packages again with optional dependencies, or pass .npy clips',
      cause,
    });
  }
}

/**
 * The version of the FFmpeg that decodes and encodes, for records of a run.
 *
 * @throws MsanetError `RUNTIME_UNAVAILABLE` when FFmpeg does not load on this machine
 */
export async function ffmpegVersion(): Promise<string> {
  const { av } = await loadFfmpeg();
  return av.getFFmpegInfo().version;
}
