import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { readNpy, type Tensor } from '@msanet/tensor';
import { clipBatch, type ClipBatch } from '@msanet/core';

const root = resolve(import.meta.dirname, '../../../../../shared/fixtures');

/** What PyTorch computed, as the fixture describes it. */
interface Expected {
  readonly segments: number;
  readonly classes: number;
  readonly label: number;
  readonly loss: number;
  readonly gradL2: number;
  readonly gradL2PerFrame: readonly number[];
  readonly frameIndices: readonly number[];
  readonly frameCount: number;
}

/** A checkpoint with a real clip, and what PyTorch computed for it in float64. */
export interface Fixture {
  readonly checkpoint: string;
  readonly clips: ClipBatch;
  readonly expected: Expected;
  readonly logits: Tensor;
  /** Flat positions in the clip, and the gradient of the cross-entropy there. */
  readonly gradientIndex: readonly number[];
  readonly gradientValue: Tensor;
}

/** Whether the folder of fixtures is here; tests that need it skip without it. */
export const hasFixtures = existsSync(root);

/** What a test that needs the fixtures adds to its name, so that a skip explains itself. */
export const fixtureNote = hasFixtures ? '' : ' (skipped: ../shared/fixtures is absent)';

/** Reads a fixture; its frames become values in [0, 1]. */
export function readFixture(name: string): Fixture {
  const folder = join(root, name);
  const array = (file: string): Tensor => readNpy(readFileSync(join(folder, file)), file);
  const frames = array('frames_uint8.npy');
  return {
    checkpoint: join(folder, 'checkpoint.pth.tar.br'),
    clips: clipBatch(
      Float32Array.from(frames.data as Uint8Array, (level) => level / 255),
      [1, ...frames.shape],
    ),
    expected: JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8')) as Expected,
    logits: array('logits.npy'),
    gradientIndex: Array.from(array('grad_index.npy').data as ArrayLike<bigint | number>, Number),
    gradientValue: array('grad_value.npy'),
  };
}
