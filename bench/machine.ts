import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { promisify } from 'node:util';

/** What the figures were measured on; no date and no name, so that equal machines give equal notes. */
export interface Machine {
  readonly processor: string;
  readonly cores: number;
  /** The widest vector instructions; undefined where the system does not tell. */
  readonly vectors: string | undefined;
  readonly system: string;
  readonly node: string;
  readonly onnxRuntime: string;
  /** Version of PyTorch; undefined where it is not installed. */
  readonly pytorch: string | undefined;
}

/** Looks the machine up. */
export async function describeMachine(python: string): Promise<Machine> {
  const processors = cpus();
  return {
    processor: processors[0]?.model.trim() ?? 'unknown',
    cores: processors.length,
    vectors: vectorInstructions(),
    system: `${process.platform} ${process.arch}`,
    node: process.version,
    onnxRuntime: onnxRuntimeVersion(),
    pytorch: await pytorchVersion(python),
  };
}

function vectorInstructions(): string | undefined {
  try {
    const information = readFileSync('/proc/cpuinfo', 'utf8');
    return ['avx512f', 'avx2', 'asimd'].find((flag) => information.includes(` ${flag} `));
  } catch {
    return undefined;
  }
}

function onnxRuntimeVersion(): string {
  const description = new URL('../node_modules/onnxruntime-node/package.json', import.meta.url);
  return (JSON.parse(readFileSync(description, 'utf8')) as { version: string }).version;
}

async function pytorchVersion(python: string): Promise<string | undefined> {
  try {
    const argv = ['-c', 'import numpy, torch; print(torch.__version__)'];
    return (await promisify(execFile)(python, argv)).stdout.trim();
  } catch {
    return undefined;
  }
}
