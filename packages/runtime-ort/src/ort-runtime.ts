import { MsanetError, isMsanetError } from '@msanet/tensor';
import {
  encodeModel,
  type GraphRuntime,
  type GraphSession,
  type Model,
  type SessionOptions,
} from '@msanet/onnx';
import type { InferenceSession } from 'onnxruntime-node';
import { defaultThreads } from './default-threads.js';
import { deviceName, parseDevice, type OrtDevice } from './device.js';
import { loadError } from './load-error.js';
import { loadOrt, type Ort } from './load-ort.js';
import { OrtSession, interfaceOf } from './ort-session.js';
import { probeDevice } from './probe-devices.js';
import { checkSessionOptions, checkThreads, sessionSettings } from './session-settings.js';

/** How to make the runtime. */
export interface OrtRuntimeOptions {
  /**
   * Where graphs run: `cpu` (default), `cuda` or `cuda:N` (NVIDIA GPU number N), `webgpu` (experimental in ONNX
   * Runtime), or `auto`: the first NVIDIA GPU if it works, else the CPU.
   */
  readonly device?: string;
  /** Threads for one operator, unless the session says otherwise; by default one per physical core. */
  readonly threads?: number;
}

/**
 * Makes a runtime on ONNX Runtime (https://onnxruntime.ai). Any device but the CPU is tried first, in a child process;
 * there is no silent fallback from a device that was named.
 *
 * `session.run` blocks the event loop for the whole run, and a worker thread cannot be terminated during one, so
 * long work belongs in a child process.
 *
 * @throws MsanetError `OPTION_INVALID`; `RUNTIME_UNAVAILABLE` with what failed and what to do
 */
export async function createOrtRuntime(options: OrtRuntimeOptions = {}): Promise<GraphRuntime> {
  const { device: name = 'cpu', threads } = options;
  checkThreads(threads);
  const device = name === 'auto' ? await bestDevice() : parseDevice(name);
  if (device.kind !== 'cpu' && name !== 'auto') await expectUsable(device);
  // On NVIDIA GPUs float32 would otherwise mean TF32, with 10 bits of mantissa; the CUDA libraries read this once.
  if (device.kind === 'cuda') process.env['NVIDIA_TF32_OVERRIDE'] ??= '0';
  return new OrtRuntime(await loadOrt(), device, threads ?? defaultThreads());
}

class OrtRuntime implements GraphRuntime {
  readonly id = 'ort';
  readonly device: string;
  readonly precision = 'float32';
  readonly #ort: Ort;
  readonly #device: OrtDevice;
  readonly #threads: number;

  constructor(ort: Ort, device: OrtDevice, threads: number) {
    this.device = deviceName(device);
    this.#ort = ort;
    this.#device = device;
    this.#threads = threads;
  }

  async load(model: Model, options: SessionOptions = {}): Promise<GraphSession> {
    checkSessionOptions(options);
    const { threads = this.#threads, spinning = true } = options;
    const graph = interfaceOf(model);
    const session = await this.#compile(model, sessionSettings(this.#device, threads, spinning));
    return new OrtSession(this.#ort, session, graph);
  }

  /** The encoded model lives in this call only: ONNX Runtime has copied it when the call returns. */
  async #compile(
    model: Model,
    settings: InferenceSession.SessionOptions,
  ): Promise<InferenceSession> {
    try {
      return await this.#ort.InferenceSession.create(encodeModel(model), settings);
    } catch (cause) {
      throw isMsanetError(cause) ? cause : loadError(model, cause);
    }
  }
}

async function bestDevice(): Promise<OrtDevice> {
  const cuda: OrtDevice = { kind: 'cuda', index: 0 };
  return (await probeDevice(cuda)).usable ? cuda : { kind: 'cpu', index: 0 };
}

async function expectUsable(device: OrtDevice): Promise<void> {
  const { usable, reason, remedy } = await probeDevice(device);
  if (usable) return;
  throw new MsanetError({
    code: 'RUNTIME_UNAVAILABLE',
    where: `device ${deviceName(device)}`,
    expected: 'a device that ONNX Runtime can use',
    got: reason,
    remedy: remedy ?? 'use the cpu',
  });
}
