export { areFinite, isInsideUnitRange } from './checks';
export { innerProduct, measureChange, measureValues } from './measures';
export { approach, measureApproach, measureBall, measureShrunk, shrink } from './projections';
export { isOnGrid, roundTowards, roundWithin } from './rounding';
export { addScaled, moveAlong, scaleChange, signStep, subtract } from './steps';
