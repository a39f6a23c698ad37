import type { RuleTable } from './operator-rule.js';
import { blockRules } from './rules/blocks.js';
import { conversionRules } from './rules/conversion.js';
import { convolutionRules } from './rules/convolution.js';
import { creationRules } from './rules/creation.js';
import { elementwiseRules } from './rules/elementwise.js';
import { indexingRules } from './rules/indexing.js';
import { linalgRules } from './rules/linalg.js';
import { logicRules } from './rules/logic.js';
import { movementRules } from './rules/movement.js';
import { normalizationRules } from './rules/normalization.js';
import { paddingRules } from './rules/padding.js';
import { poolingRules } from './rules/pooling.js';
import { reductionRules } from './rules/reduction.js';
import { resizeRules } from './rules/resize.js';
import { shapeRules } from './rules/shape.js';

/** The shape rule of every standard operator that msanet knows. */
export const operatorTable: RuleTable = {
  ...elementwiseRules,
  ...logicRules,
  ...convolutionRules,
  ...poolingRules,
  ...normalizationRules,
  ...linalgRules,
  ...reductionRules,
  ...shapeRules,
  ...movementRules,
  ...paddingRules,
  ...blockRules,
  ...indexingRules,
  ...resizeRules,
  ...creationRules,
  ...conversionRules,
};

/** The standard operators that shape inference knows, in alphabetical order. */
export const knownOperators: readonly string[] = Object.keys(operatorTable).sort();
