// Every attack
export { baselines } from './baselines.js';
// White box, fixed budget
export { fgsm } from './fixed-budget/fgsm.js';
export { pgd } from './fixed-budget/pgd.js';
// Black box
export { randomNoise } from './random-noise.js';
// What further gradient attacks stand on
export { gradientAscent } from './gradient-ascent.js';
export type { AscentOptions } from './gradient-ascent.js';
export { steepestStep } from './steepest-step.js';
export type { BallBudget } from './steepest-step.js';
// Attacks for the smallest perturbation
export { ddn } from './smallest-perturbation/ddn.js';
export { deepfool } from './smallest-perturbation/deepfool.js';
export { fmn } from './smallest-perturbation/fmn.js';
export { smallestPerturbationAttacks } from './smallest-perturbation/smallest-perturbation-attacks.js';
