import { MsanetError } from '@msanet/tensor';
import type { InferenceSession } from 'onnxruntime-node';

/** A kind of device that ONNX Runtime's Node binding can be asked for. */
export type DeviceKind = 'cpu' | 'cuda' | 'webgpu';

/** Every kind of device, in the order in which they are reported. */
export const deviceKinds: readonly DeviceKind[] = ['cpu', 'cuda', 'webgpu'];

/** One device: `cpu`, `webgpu`, or an NVIDIA GPU by its index. */
export interface OrtDevice {
  readonly kind: DeviceKind;
  /** Index of the GPU; 0 for the others. */
  readonly index: number;
}

/**
 * Reads the name of a device: `cpu`, `webgpu`, `cuda` (the first GPU) or `cuda:1`.
 *
 * @throws MsanetError `OPTION_INVALID`
 */
export function parseDevice(name: string): OrtDevice {
  const [, kind, index] = /^(cpu|webgpu|cuda)(?:(?<=cuda):(\d{1,3}))?$/.exec(name) ?? [];
  if (kind !== undefined) return { kind: kind as DeviceKind, index: Number(index ?? 0) };
  throw new MsanetError({
    code: 'OPTION_INVALID',
    where: 'device',
    expected: 'auto, cpu, cuda, cuda:N or webgpu',
    got: name,
    remedy: 'run msanet doctor to see which devices work',
  });
}

/** The name of a device: `cpu`, `cuda:0`, `webgpu`. */
export function deviceName({ kind, index }: OrtDevice): string {
  return kind === 'cuda' ? `cuda:${index}` : kind;
}

/** ONNX Runtime's name of what executes on a device; of CUDA's options the Node binding knows the index alone. */
export function executionProvider({
  kind,
  index,
}: OrtDevice): InferenceSession.ExecutionProviderConfig {
  return kind === 'cuda' ? { name: 'cuda', deviceId: index } : kind;
}

/** What a user can do to make a kind of device work. */
export function remedyFor(kind: DeviceKind): string {
  switch (kind) {
    case 'cpu':
      return 'reinstall the dependencies, or use another runtime';
    case 'cuda':
      return (
        'install an NVIDIA driver, CUDA 12 and cuDNN 9, fetch the CUDA libraries with ' +
        '`ONNXRUNTIME_NODE_INSTALL=cuda12 npm rebuild onnxruntime-node --ignore-scripts=false`, or use the cpu'
      );
    case 'webgpu':
      return 'install a Vulkan, Metal or Direct3D 12 driver that supports WebGPU, or use the cpu';
  }
}
