import { writeNpy, type Tensor } from '@msanet/tensor';
import { clipAxes } from '../transforms/clip-tensor.js';
import { writeFileAtomically } from './atomic-output.js';

/**
 * Writes a clip as `.npy`, which `readInput` and NumPy read back exactly.
 *
 * @param clip uint8 or float32, shape (frames, 3, height, width)
 * @throws MsanetError `SHAPE_MISMATCH` when it is no clip, `OUTPUT_UNWRITABLE` when the file cannot be written
 */
export async function writeNpyClip(
  path: string,
  clip: Tensor<'uint8'> | Tensor<'float32'>,
): Promise<void> {
  clipAxes(clip, '.npy clip');
  await writeFileAtomically(path, writeNpy(clip));
}
