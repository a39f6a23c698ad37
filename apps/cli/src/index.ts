export { Composition } from './composition/composition.js';
export { builtInPlugins } from './composition/built-in-plugins.js';
export { runtimes, startRuntime } from './composition/runtimes.js';
export type { RuntimeArguments, RuntimeEntry } from './composition/runtimes.js';
