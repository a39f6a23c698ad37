// Every attack
export { baselines } from './baselines.js';
// White box, fixed budget
export { apgd } from './fixed-budget/apgd.js';
export { apgdT } from './fixed-budget/apgd-t.js';
export { auto } from './fixed-budget/auto.js';
export { bim } from './fixed-budget/bim.js';
export { diFgsm } from './fixed-budget/di-fgsm.js';
export { fgsm } from './fixed-budget/fgsm.js';
export { miFgsm } from './fixed-budget/mi-fgsm.js';
export { niFgsm } from './fixed-budget/ni-fgsm.js';
export { pgd } from './fixed-budget/pgd.js';
export { tiFgsm } from './fixed-budget/ti-fgsm.js';
export { smallestEpsilon } from './fixed-budget/smallest-epsilon.js';
export { vmiFgsm } from './fixed-budget/vmi-fgsm.js';
// Black box, by queries
export { geoTrap } from './query/geo-trap.js';
export { heuristic } from './query/heuristic.js';
export { motionExcited } from './query/motion-excited.js';
export { nes } from './query/nes.js';
export { queryAttacks } from './query/query-attacks.js';
export { randomNoise } from './query/random-noise.js';
export { simba } from './query/simba.js';
export { spsa } from './query/spsa.js';
export { runSquare, square } from './query/square.js';
export type { SquarePlan } from './query/square.js';
export { vbad } from './query/vbad.js';
// What further gradient attacks stand on
export { gradientAscent } from './gradient-ascent.js';
export type { AscentOptions } from './gradient-ascent.js';
export { gradientSlope } from './slope.js';
export type { Slope, SlopeSource, StepNumber } from './slope.js';
export { steepestStep } from './steepest-step.js';
export type { BallBudget } from './steepest-step.js';
// Attacks for the smallest perturbation
export { cw } from './smallest-perturbation/cw.js';
export { ddn } from './smallest-perturbation/ddn.js';
export { deepfool } from './smallest-perturbation/deepfool.js';
export { ead } from './smallest-perturbation/ead.js';
export { fab, fabT, runFab } from './smallest-perturbation/fab.js';
export type { FabPlan } from './smallest-perturbation/fab.js';
export { fmn } from './smallest-perturbation/fmn.js';
export { smallestPerturbationAttacks } from './smallest-perturbation/smallest-perturbation-attacks.js';
// Made for video
export { deepsava } from './video/deepsava.js';
export { flickering } from './video/flickering.js';
export { frameSaliency } from './video/frame-saliency.js';
export { motionBlur } from './video/motion-blur.js';
export { oneFrame } from './video/one-frame.js';
export { proceduralNoise } from './video/procedural-noise.js';
export type { NoiseParameters } from './video/procedural-noise.js';
export { sparse } from './video/sparse.js';
export { temporalTranslation } from './video/temporal-translation.js';
export { u3d } from './video/u3d.js';
export { videoAttacks } from './video/video-attacks.js';
// Universal
export { fitUniversal } from './universal/universal-attack.js';
export type {
  FitRequest,
  FitStep,
  TrainingClip,
  UniversalAttack,
  UniversalFit,
} from './universal/universal-attack.js';
export { flickeringUniversal } from './universal/flickering-universal.js';
export { perturbation } from './universal/perturbation.js';
export { u3dUniversal } from './universal/u3d-universal.js';
export { universalAttacks } from './universal/universal-attacks.js';
export { universalPgd } from './universal/universal-pgd.js';
