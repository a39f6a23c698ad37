import {
  MsanetError,
  clipAt,
  clipSize,
  copyClips,
  defineAttack,
  norms,
  type AttackContext,
  type AttackRequirements,
  type ClipBatch,
} from '@msanet/core';
import { formatShape, sameShape, type Tensor } from '@msanet/tensor';
import { z } from 'zod';
import { readPerturbation } from './perturbation-file.js';

const requires: AttackRequirements = {
  inputGradient: false,
  norms,
  criteria: ['misclassification', 'targeted'],
};

/**
 * Adds a saved perturbation to every clip, moved to the nearest clip inside the budget and [0, 1].
 *
 * Black box: it asks nothing. Every norm; what it was fitted for, untargeted or targeted, is up to the file.
 */
export const perturbation = defineAttack({
  id: 'perturbation',
  summary: 'Adds a saved perturbation to every clip.',
  source:
    'S. Moosavi-Dezfooli et al., Universal Adversarial Perturbations, CVPR 2017 (applied, not fitted)',
  requires,
  options: z.strictObject({
    file: z
      .string()
      .describe('The .npy file, shape (frames, 3, height, width), on the scale of [0, 1].'),
  }),
  create: async (_, { file }) => {
    const added = await readPerturbation(file);
    return {
      id: 'perturbation',
      requires,
      perturb: async (context) => add(context, added, file),
    };
  },
});

/** @throws MsanetError `SHAPE_MISMATCH` when the perturbation is of another size than the clips */
function add(context: AttackContext, { shape, data }: Tensor<'float32'>, file: string): ClipBatch {
  const { clips, criteria, signal, project, report } = context;
  const { frames, height, width } = clipSize(clips);
  const expected = [frames, 3, height, width];
  if (!sameShape(shape, expected)) {
    throw new MsanetError({
      code: 'SHAPE_MISMATCH',
      where: file,
      expected: `a perturbation of shape ${formatShape(expected)}`,
      got: formatShape(shape),
      remedy: 'fit it to a victim of the same input size',
    });
  }
  const result = copyClips(clips);
  if (signal.aborted) return result;
  const of = [...criteria.keys()];
  for (const clip of of) {
    const values = clipAt(result, clip);
    for (let index = 0; index < values.length; index++) values[index] += data[index];
  }
  project(result, of);
  report({ step: 1, steps: 1, of });
  return result;
}
