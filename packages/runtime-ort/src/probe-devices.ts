import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { GraphBuilder, encodeModel } from '@msanet/onnx';
import { float32 } from '@msanet/tensor';
import { deviceKinds, deviceName, executionProvider, remedyFor, type OrtDevice } from './device.js';
import { clauseOf } from './ort-message.js';

/** Whether a device works, found out by using it. */
export interface DeviceReport {
  /** Name of the device, such as `cpu`, `cuda:0` or `webgpu`. */
  readonly device: string;
  readonly usable: boolean;
  /** What happened: that a graph ran, or why it did not. */
  readonly reason: string;
  /** What to do about it; absent when the device works. */
  readonly remedy?: string;
}

/** Longest time that a device may take for one convolution, in milliseconds; the first use of a GPU compiles kernels. */
const patience = 60_000;

/** What the child process runs: one session of the model on one device, and the result or the error as its message. */
const script = `
const [, library, model, provider] = process.argv;
const run = async () => {
  const ort = require(library);
  const session = await ort.InferenceSession.create(Buffer.from(model, 'base64'), {
    executionProviders: [JSON.parse(provider)],
    logSeverityLevel: 4,
  });
  const x = new ort.Tensor('float32', Float32Array.of(1, 2, 3, 4), [1, 1, 2, 2]);
  return (await session.run({ x })).y.data[0];
};
run().then(
  (value) => process.send({ value }, () => process.exit()),
  (error) => process.send({ error: String(error?.message ?? error) }, () => process.exit()),
);
`;
/** What the convolution of the probe gives: 1 + 2 + 3 + 4. */
const expected = 10;

/**
 * Finds out which devices ONNX Runtime can really use here: a graph of one convolution is run on each. That a library
 * is installed, or that the runtime lists a device, does not say that it works.
 *
 * Every device is tried in a child process, because drivers write to the terminal and can end the process.
 */
export function probeDevices(): Promise<DeviceReport[]> {
  return Promise.all(deviceKinds.map((kind) => probeDevice({ kind, index: 0 })));
}

/** Finds out whether one device works; see `probeDevices`. */
export async function probeDevice(device: OrtDevice): Promise<DeviceReport> {
  const failure = await failureOf(device);
  const name = deviceName(device);
  if (failure === undefined) return { device: name, usable: true, reason: 'ran a convolution' };
  return { device: name, usable: false, reason: failure, remedy: remedyFor(device.kind) };
}

/** What one child process answers. */
interface Answer {
  readonly value?: number;
  readonly error?: string;
}

/** Why a device does not work, or `undefined` when it does. */
async function failureOf(device: OrtDevice): Promise<string | undefined> {
  let library: string;
  try {
    library = createRequire(import.meta.url).resolve('onnxruntime-node');
  } catch {
    return 'onnxruntime-node is not installed';
  }
  const model = Buffer.from(encodeModel(probeModel())).toString('base64');
  const provider = JSON.stringify(executionProvider(device));
  const { value, error } = await ask(['-e', script, library, model, provider]);
  if (error !== undefined) return clauseOf(error);
  return value === expected ? undefined : `a convolution gave ${value} instead of ${expected}`;
}

function ask(argv: readonly string[]): Promise<Answer> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, argv, { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      resolve({ error: `no answer within ${patience / 1000} seconds` });
    }, patience);
    child.on('message', (answer) => resolve(answer as Answer));
    child.on('error', ({ message }) => resolve({ error: message }));
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      resolve({ error: `its process ended with ${signal ?? `exit code ${code}`}` });
    });
  });
}

/** A 2 × 2 convolution of ones: it needs what real networks need, among it cuDNN. */
function probeModel() {
  const builder = new GraphBuilder({ name: 'probe' });
  const x = builder.input('x', 'float32', [1, 1, 2, 2]);
  const kernel = builder.constant(float32([1, 1, 1, 1], [1, 1, 2, 2]));
  builder.output(builder.apply('Conv', [x, kernel]), 'y');
  return builder.build();
}
