import type { ParameterSet } from '@msanet/autodiff';

/**
 * Scales gradients down so that their norm, over all of them together, is at most `limit` (Pascanu et al., ICML 2013).
 *
 * @param limit 0 for none
 * @returns the norm before
 */
export function clipGradients(gradients: ParameterSet, limit: number): number {
  let squares = 0;
  for (const gradient of Object.values(gradients)) {
    for (let index = 0; index < gradient.length; index++) {
      squares += gradient[index] * gradient[index];
    }
  }
  const norm = Math.sqrt(squares);
  if (limit > 0 && norm > limit) {
    const factor = limit / norm;
    for (const gradient of Object.values(gradients)) {
      for (let index = 0; index < gradient.length; index++) gradient[index] *= factor;
    }
  }
  return norm;
}
