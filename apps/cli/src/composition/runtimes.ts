import { MsanetError } from '@msanet/core';
import type { GraphRuntime } from '@msanet/onnx';
import { createOrtRuntime } from '@msanet/runtime-ort';
import { ReferenceRuntime } from '@msanet/runtime-reference';

/** Which runtime to use, and how. */
export interface RuntimeArguments {
  /** `ort`, `ort:cuda`, `ort:webgpu` or `reference`. */
  readonly runtime: string;
  /** Threads for one operator; the runtime's default when absent. */
  readonly threads?: number;
}

/** A runtime that the command line can choose. */
export interface RuntimeEntry {
  readonly id: string;
  readonly summary: string;
  create(threads: number | undefined): Promise<GraphRuntime>;
}

const ort = (device: 'cpu' | 'cuda' | 'webgpu', summary: string): RuntimeEntry => ({
  id: device === 'cpu' ? 'ort' : `ort:${device}`,
  summary,
  create: (threads) => createOrtRuntime({ device, ...(threads === undefined ? {} : { threads }) }),
});

/** The runtimes that come with msanet. */
export const runtimes: readonly RuntimeEntry[] = [
  ort('cpu', 'ONNX Runtime on the processor (default)'),
  ort('cuda', 'ONNX Runtime on an NVIDIA GPU; needs its CUDA libraries'),
  ort('webgpu', 'ONNX Runtime on WebGPU; needs a Vulkan driver'),
  {
    id: 'reference',
    summary: 'plain TypeScript in double precision; exact and slow',
    create: () => Promise.resolve(new ReferenceRuntime()),
  },
];

/**
 * Starts the runtime that the arguments name.
 *
 * @throws MsanetError `PLUGIN_UNKNOWN` or `RUNTIME_UNAVAILABLE`
 */
export function startRuntime({ runtime, threads }: RuntimeArguments): Promise<GraphRuntime> {
  const entry = runtimes.find(({ id }) => id === runtime);
  if (entry !== undefined) return entry.create(threads);
  throw new MsanetError({
    code: 'PLUGIN_UNKNOWN',
    where: '--runtime',
    expected: runtimes.map(({ id }) => id).join(', '),
    got: runtime === '' ? 'an empty text' : runtime,
    remedy: 'choose one of them',
  });
}
