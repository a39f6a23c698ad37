export { errorReference } from './docs/error-reference.js';
export { pluginReference } from './docs/plugin-reference.js';
