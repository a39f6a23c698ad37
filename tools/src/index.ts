export { errorReference } from './docs/error-reference.js';
export { operatorReference } from './docs/operator-reference.js';
export { pluginReference } from './docs/plugin-reference.js';
export { referencePages } from './docs/reference-pages.js';
