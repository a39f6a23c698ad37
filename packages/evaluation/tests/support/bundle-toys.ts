import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { buildSync } from 'esbuild';

/** The toys as programs that a process can run without reading TypeScript, which would take it most of the time. */
export interface ToyPrograms {
  /** `toy-main.ts` */
  readonly main: string;
  /** `toy-worker.ts` */
  readonly worker: string;
}

/** Bundles the toys into a folder. */
export function bundleToys(folder: string): ToyPrograms {
  const source = (name: string): string => fileURLToPath(new URL(`${name}.ts`, import.meta.url));
  buildSync({
    entryPoints: [source('toy-main'), source('toy-worker')],
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    conditions: ['@msanet/source'],
  });
  return { main: join(folder, 'toy-main.mjs'), worker: join(folder, 'toy-worker.mjs') };
}
