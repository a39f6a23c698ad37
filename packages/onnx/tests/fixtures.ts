import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Shape } from '@msanet/tensor';

/** The folder of models that tools/golden/onnx/export-fixtures.py exported with PyTorch. */
export const fixtureFolder = fileURLToPath(new URL('./fixtures/', import.meta.url));

/** The names of the exported models, without `.onnx`. */
export const exportedModels: readonly string[] = readdirSync(fixtureFolder)
  .filter((name) => name.endsWith('.onnx'))
  .map((name) => name.slice(0, -'.onnx'.length));

/** The bytes of an exported model. */
export function exportedBytes(name: string): Uint8Array {
  return new Uint8Array(readFileSync(`${fixtureFolder}${name}.onnx`));
}

/** Input shapes that PyTorch ran the model with, and the shapes of what came out. */
export function exportedRuns(name: string): { input: Shape; outputs: Shape[] }[] {
  const { runs } = JSON.parse(readFileSync(`${fixtureFolder}${name}.json`, 'utf8')) as {
    runs: { input: Shape; outputs: Shape[] }[];
  };
  return runs;
}
