import { clipAt, copyClips, isZeroBudget, type Attack } from '@msanet/core';
import { MsanetError } from '@msanet/tensor';
import type { MultigranularAttention } from './attention/multigranular-attention.js';
import { attackClip } from './clip-attack.js';
import type { MsanetOptions } from './options.js';

/**
 * MSANet: imperceptible adversarial clips by multigranular spatiotemporal attention, alternated with PGD.
 *
 * Wu, Xu, Li, Shi, Liu, "Imperceptible Adversarial Attack with Multigranular Spatiotemporal Attention for Video Action
 * Recognition", IEEE Internet of Things Journal 10(20), 2023, DOI 10.1109/JIOT.2023.3280737. Only its abstract is public;
 * the README says what it states and what is chosen here.
 *
 * Threat model: white box. Norm: L∞. Cost: one forward and one backward pass per step, at most `steps` per clip, and
 * the attention's own passes, which are small. Clips are attacked one after the other, each with a schedule of its own.
 *
 * @param attention where to act; `undefined` for plain PGD on the same schedule
 */
export function msanet(
  attention: MultigranularAttention | undefined,
  options: MsanetOptions,
): Attack {
  return {
    id: 'msanet',
    requires: {
      inputGradient: true,
      norms: ['linf'],
      criteria: ['misclassification', 'targeted'],
    },
    async perturb(context) {
      const { budget, clips } = context;
      if (budget.norm !== 'linf') {
        throw new MsanetError({
          code: 'CAPABILITY_MISSING',
          where: 'attack msanet',
          expected: 'a budget of norm linf',
          got: budget.norm,
          remedy: 'choose another norm or attack',
        });
      }
      const adversarial = copyClips(clips);
      if (isZeroBudget(budget)) return adversarial;
      for (let clip = 0; clip < clips.shape[0]; clip++) {
        const found = await attackClip(context, clip, budget.epsilon, attention, options);
        clipAt(adversarial, clip).set(found.data);
      }
      return adversarial;
    },
    dispose: async () => attention?.dispose(),
  };
}
