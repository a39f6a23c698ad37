export { ReferenceRuntime } from './reference-runtime.js';
