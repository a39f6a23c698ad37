// Attacks
export { baselines } from './baselines.js';
export { fgsm } from './fgsm.js';
export { pgd } from './pgd.js';
export { randomNoise } from './random-noise.js';
// What further gradient attacks stand on
export { gradientAscent } from './gradient-ascent.js';
export type { AscentOptions } from './gradient-ascent.js';
export { steepestStep } from './steepest-step.js';
export type { BallBudget } from './steepest-step.js';
