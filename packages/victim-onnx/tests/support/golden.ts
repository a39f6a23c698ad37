import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { clipBatch, type ClipBatch } from '@msanet/core';

/** The folder of the models that PyTorch exported. */
export const fixtures = join(import.meta.dirname, '../fixtures');

/** What PyTorch computed in float64 for a model that it exported. */
export interface Golden {
  readonly clips: ClipBatch;
  readonly label: number;
  readonly logits: readonly number[];
  readonly loss: number;
  readonly gradientNorm: number;
  readonly gradientStep: number;
  readonly gradient: readonly number[];
}

/** Reads what PyTorch computed for the model of that name. */
export function readGolden(name: string): Golden {
  const golden = JSON.parse(readFileSync(join(fixtures, `${name}.json`), 'utf8')) as Golden & {
    readonly shape: readonly number[];
    readonly levels: string;
  };
  const levels = Float32Array.from(Buffer.from(golden.levels, 'hex'), (level) => level / 255);
  return { ...golden, clips: clipBatch(levels, golden.shape) };
}
