import type { LossForm } from '@msanet/core';
import { z } from 'zod';

/** The option `loss` of attacks that ascend a loss of the victim. */
export const lossOption = z
  .enum(['cross-entropy', 'margin', 'dlr'])
  .default('cross-entropy')
  .describe('loss that is ascended');

/** The loss that the option names. */
export function lossFormOf(kind: 'cross-entropy' | 'margin' | 'dlr'): LossForm {
  return { kind };
}
