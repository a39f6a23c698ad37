import { convolutionCases } from './convolution.js';
import { creationCases } from './creation.js';
import { elementwiseCases } from './elementwise.js';
import { indexingCases } from './indexing.js';
import { linalgCases } from './linalg.js';
import { movementCases } from './movement.js';
import { normalizationCases } from './normalization.js';
import type { OperatorCase } from './operator-case.js';
import { padCases } from './pad.js';
import { poolingCases } from './pooling.js';
import { quantizationCases } from './quantization.js';
import { reductionCases } from './reduction.js';
import { resizeCases } from './resize.js';
import { unaryCases } from './unary.js';

/**
 * Cases for every operator that msanet knows, with strides, pads, groups, dilations, broadcasting, negative axes, kinks,
 * ties, and every operator set in which a signature changed.
 */
export const operatorCases: readonly OperatorCase[] = [
  ...unaryCases,
  ...elementwiseCases,
  ...convolutionCases,
  ...poolingCases,
  ...linalgCases,
  ...movementCases,
  ...padCases,
  ...indexingCases,
  ...reductionCases,
  ...normalizationCases,
  ...resizeCases,
  ...creationCases,
  ...quantizationCases,
];
