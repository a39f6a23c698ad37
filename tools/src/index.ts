export { orderingsOf } from './attack-results/orderings.js';
export type { Ordering } from './attack-results/orderings.js';
export { resultsSection } from './attack-results/results-page.js';
export {
  entriesOf,
  experimentOf,
  resultParts,
  resultVictims,
  universalFits,
} from './attack-results/experiment.js';
export { mergedResults, readRun } from './attack-results/results.js';
export type { AttackResults, AttackRow, FinishedRun } from './attack-results/results.js';
export { errorReference } from './docs/error-reference.js';
export { operatorReference } from './docs/operator-reference.js';
export { pluginReference } from './docs/plugin-reference.js';
export { referencePages } from './docs/reference-pages.js';
