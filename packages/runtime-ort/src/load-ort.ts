import { MsanetError } from '@msanet/tensor';
import type * as OrtModule from 'onnxruntime-node';

/** The module of ONNX Runtime's Node binding. */
export type Ort = typeof OrtModule;

/**
 * Loads ONNX Runtime. It is not a static import, because the native library is missing on some platforms and that must
 * become a sentence, not a failure to start. Its own log is silenced: what it reports arrives as errors.
 *
 * @throws MsanetError `RUNTIME_UNAVAILABLE`
 */
export async function loadOrt(): Promise<Ort> {
  try {
    const ort = await import('onnxruntime-node');
    ort.env.logLevel = 'fatal';
    return ort;
  } catch (cause) {
    throw new MsanetError({
      code: 'RUNTIME_UNAVAILABLE',
      where: 'runtime ort',
      expected: 'onnxruntime-node with a native library for this platform',
      got: `none that loads on ${process.platform} ${process.arch}`,
      remedy: 'reinstall the dependencies, or use another runtime',
      cause,
    });
  }
}
