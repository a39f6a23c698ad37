import { z } from 'zod';
import { recipeSchema } from './recipe.js';

/** The network to train: a ResNet of any size, as TSM and TDN are built on. */
export const architectureSchema = z.strictObject({
  block: z.enum(['basic', 'bottleneck']).default('basic'),
  /** Blocks of each stage. */
  blocks: z.array(z.int().min(1).max(100)).min(1).max(6).default([1, 1, 1, 1]),
  /** Channels of the stem. */
  stem: z.int().min(1).max(1024).default(16),
  /** Channels inside the blocks of each stage. */
  widths: z.array(z.int().min(1).max(4096)).min(1).max(6).default([32, 64, 128, 256]),
  segments: z.int().min(1).max(64).default(8),
  /** Height and width of a frame, in pixels. */
  inputSize: z.int().min(32).max(1024).default(96),
  /** TSM: one part in this many of the channels moves each way. */
  shiftDivisor: z.int().min(2).max(1024).default(8),
});

/** See `architectureSchema`. */
export type Architecture = z.infer<typeof architectureSchema>;

/** What the file given to `msanet train --config` may hold. */
export const trainingConfigSchema = z.strictObject({
  network: architectureSchema.default(architectureSchema.parse({})),
  recipe: recipeSchema.default(recipeSchema.parse({})),
});

/** See `trainingConfigSchema`. */
export type TrainingConfig = z.infer<typeof trainingConfigSchema>;
