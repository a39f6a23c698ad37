// Classes
export { demoClasses } from './classes.js';
export type { DemoClass } from './classes.js';
// The data set as files
export { demoActionsCache } from './dataset/cache.js';
export { generateDemoActions } from './dataset/generate.js';
export type { GenerateOptions, GenerateProgress, GenerateResult } from './dataset/generate.js';
export { demoActionsVersion } from './dataset/manifest.js';
export { selectClips } from './dataset/selection.js';
export type { ClipSelection } from './dataset/selection.js';
export type { ClipName } from './dataset/layout.js';
// Single clips
export { renderDemoClip } from './clip/render-clip.js';
export type { ClipId } from './clip/plan-clip.js';
// Pictures of the data set
export { renderContactSheet } from './contact-sheet.js';
export type { ContactSheetOptions } from './contact-sheet.js';
