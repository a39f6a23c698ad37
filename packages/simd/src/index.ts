// What holds of all values
export { areFinite, isInsideUnitRange, isOnGrid } from './checks.js';
// Sums over values
export { changeInLevels, innerProduct, magnitudesOf } from './measures.js';
export type { Magnitudes } from './measures.js';
// Steps
export { addScaled, moveAlong, scaleChange, signStep, subtract } from './steps.js';
// The 8-bit grid
export { roundTowards, roundWithin } from './rounding.js';
export type { RoundedChange } from './rounding.js';
// Projections
export { approach, approachGain, ballPosition, shrinkChange, shrunkChange } from './projections.js';
export type { Approach, ApproachGain, BallPosition, ShrunkChange } from './projections.js';
