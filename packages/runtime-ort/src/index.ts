export { createOrtRuntime } from './ort-runtime.js';
export type { OrtRuntimeOptions } from './ort-runtime.js';
export { probeDevices } from './probe-devices.js';
export type { DeviceReport } from './probe-devices.js';
