import type { Recipe } from '../recipe/recipe.js';

/**
 * The learning rate of a step: a linear rise over the warm-up, then half a cosine down to the final one (Loshchilov and
 * Hutter, "SGDR", ICLR 2017, equation 5, one cycle).
 *
 * @param step from 0
 * @param steps steps of the whole training
 */
export function learningRateAt(
  step: number,
  steps: number,
  {
    learningRate,
    finalRate,
    warmUp,
    epochs,
  }: Pick<Recipe, 'learningRate' | 'finalRate' | 'warmUp' | 'epochs'>,
): number {
  const rising = (Math.min(warmUp, epochs) / epochs) * steps;
  if (step < rising) return (learningRate * (step + 1)) / (rising + 1);
  const progress = steps - rising <= 1 ? 1 : (step - rising) / (steps - rising - 1);
  const low = learningRate * finalRate;
  return low + ((learningRate - low) * (1 + Math.cos(Math.PI * Math.min(progress, 1)))) / 2;
}
