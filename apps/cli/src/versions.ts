import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/** The versions that decide a result. */
export interface Versions {
  readonly msanet: string;
  readonly node: string;
  readonly platform: string;
  readonly onnxruntime: string;
}

/** The versions of msanet and of what it computes with. */
export function versions(): Versions {
  return {
    msanet: versionOf(new URL('../package.json', import.meta.url)),
    node: process.versions.node,
    platform: `${process.platform}-${process.arch}`,
    onnxruntime: installedVersion('onnxruntime-node'),
  };
}

function versionOf(file: URL | string): string {
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}

/** Version of an installed package; `unknown` where it cannot be found. */
function installedVersion(name: string): string {
  try {
    return versionOf(createRequire(import.meta.url).resolve(`${name}/package.json`));
  } catch {
    return 'unknown';
  }
}
