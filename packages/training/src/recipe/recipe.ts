import { z } from 'zod';
import { augmentationSchema } from '../data/augmentation.js';

/** What a training is made of, apart from network and data. */
export const recipeSchema = z.strictObject({
  /** How often every clip is seen. */
  epochs: z.int().min(1).max(10_000).default(40),
  /** Clips per step. */
  batch: z.int().min(1).max(1024).default(16),
  optimiser: z
    .discriminatedUnion('kind', [
      z.strictObject({
        kind: z.literal('adamw'),
        beta1: z.number().min(0).lt(1).default(0.9),
        beta2: z.number().min(0).lt(1).default(0.99),
      }),
      z.strictObject({
        kind: z.literal('sgd'),
        momentum: z.number().min(0).lt(1).default(0.9),
        nesterov: z.boolean().default(true),
      }),
    ])
    .default({ kind: 'adamw', beta1: 0.9, beta2: 0.99 }),
  /** The highest learning rate, after the warm-up. */
  learningRate: z.number().positive().default(2e-3),
  /** The learning rate at the end, as a fraction of the highest. */
  finalRate: z.number().min(0).max(1).default(0.01),
  /** Epochs over which the learning rate rises from 0. */
  warmUp: z.number().min(0).default(2),
  /** Decay of the weights, not of biases and normalisations. Decoupled for AdamW, an L2 penalty for SGD. */
  weightDecay: z.number().min(0).default(0.05),
  labelSmoothing: z.number().min(0).lt(1).default(0.1),
  /** Probability that a feature in front of the classifier is left out. */
  dropout: z.number().min(0).lt(1).default(0.2),
  /** Gradients of a larger norm, over all parameters together, are scaled down to it; 0 for no limit. */
  clipNorm: z.number().min(0).default(5),
  /** Decay per step of the moving average of the weights that is evaluated and kept; 0 for none. */
  averaging: z.number().min(0).lt(1).default(0.995),
  /** Epochs between two evaluations; there is always one at the end. */
  evaluateEvery: z.int().min(1).default(1),
  augmentation: augmentationSchema.default(augmentationSchema.parse({})),
});

/** See `recipeSchema`. */
export type Recipe = z.infer<typeof recipeSchema>;
