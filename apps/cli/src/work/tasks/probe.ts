import { probeDevices, type DeviceReport } from '@msanet/runtime-ort';
import { ffmpegVersion } from '@msanet/video';
import { startRuntime } from '../../composition/runtimes.js';
import { versions, type Versions } from '../../versions.js';

/** What works on this machine. */
export interface ProbeResult {
  readonly versions: Versions;
  readonly devices: readonly DeviceReport[];
  /** Version of the video library, if it loads. */
  readonly videoLibrary: string | undefined;
  /** Whether the default path works: the default runtime computes and the decoder loads. */
  readonly usable: boolean;
}

/** Tries the runtimes and the decoder. */
export async function probe(): Promise<ProbeResult> {
  const devices = await probeDevices();
  const runtime = await startRuntime({ runtime: 'ort' }).catch(() => undefined);
  const videoLibrary = await Promise.resolve()
    .then(() => ffmpegVersion())
    .catch(() => undefined);
  return {
    versions: versions(),
    devices,
    videoLibrary,
    usable: runtime !== undefined && videoLibrary !== undefined,
  };
}
