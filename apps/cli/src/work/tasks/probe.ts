import { probeDevices, type DeviceReport } from '@msanet/runtime-ort';
import { ffmpegVersion } from '@msanet/video';
import { startRuntime } from '../../composition/runtimes.js';
import { probeVictim, shippedVictims, type VictimReport } from '../probe-victim.js';
import { versions, type Versions } from '../../versions.js';

/** What works on this machine. */
export interface ProbeResult {
  readonly versions: Versions;
  readonly devices: readonly DeviceReport[];
  /** Version of the video library, if it loads. */
  readonly videoLibrary: string | undefined;
  /** The victims that ship with their weights. */
  readonly victims: readonly VictimReport[];
  /** Whether the default path works: the default runtime computes, the decoder loads, the demo victims have gradients. */
  readonly usable: boolean;
}

/** Tries the runtimes, the decoder and the victims that ship with their weights. */
export async function probe(): Promise<ProbeResult> {
  const devices = await probeDevices();
  const videoLibrary = await Promise.resolve()
    .then(() => ffmpegVersion())
    .catch(() => undefined);
  const runtime = await startRuntime({ runtime: 'ort' }).catch(() => undefined);
  const victims: VictimReport[] = [];
  if (runtime !== undefined) {
    for (const id of shippedVictims) victims.push(await probeVictim(id, runtime));
  }
  return {
    versions: versions(),
    devices,
    videoLibrary,
    victims,
    usable:
      runtime !== undefined && videoLibrary !== undefined && victims.every(({ usable }) => usable),
  };
}
