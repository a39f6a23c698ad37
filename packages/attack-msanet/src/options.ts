import { z } from 'zod';

/** The options of MSANet, with what each one does and its default. */
export const msanetOptions = z.strictObject({
  steps: z
    .int()
    .min(1)
    .default(60)
    .describe('gradient calls per clip; every step makes exactly one'),
  perturbationSteps: z
    .int()
    .min(1)
    .default(2)
    .describe('K_δ: steps on the perturbation before the attention takes its turn'),
  attentionSteps: z
    .int()
    .min(0)
    .default(1)
    .describe('K_θ: steps on the attention before the perturbation takes its turn'),
  alternate: z
    .boolean()
    .default(true)
    .describe('whether perturbation and attention take turns; false changes both at every step'),
  attention: z
    .boolean()
    .default(true)
    .describe('false: no mask at all, plain PGD on the same schedule'),
  granularity: z
    .enum(['both', 'coarse', 'fine'])
    .default('both')
    .describe('which level of the attention acts: selecting (coarse), enhancing (fine)'),
  axes: z
    .enum(['both', 'spatial', 'temporal'])
    .default('both')
    .describe('whether the attention looks over space, over time'),
  smoothness: z
    .boolean()
    .default(true)
    .describe('whether spatial and temporal roughness are part of the objective'),
  motion: z.boolean().default(true).describe('whether the attention sees frame differences'),
  saliency: z
    .boolean()
    .default(true)
    .describe('whether the attention sees the magnitude of the gradient of the victim'),
  direction: z
    .enum(['sign', 'proportional'])
    .default('proportional')
    .describe('PGD steps along the sign of the gradient, or in proportion to its running sum'),
  stepSize: z
    .number()
    .positive()
    .max(1)
    .default(0.25)
    .describe('PGD step on the perturbation, as a fraction of ε (sign steps)'),
  learningRate: z
    .number()
    .positive()
    .default(0.05)
    .describe('learning rate of Adam on the attention'),
  confidence: z
    .number()
    .min(0)
    .default(0)
    .describe('margin in logits that an adversarial clip must have before the schedule tightens'),
  tighten: z
    .number()
    .gt(0)
    .lt(1)
    .default(0.82)
    .describe('factor on the reach of the perturbation after an adversarial step'),
  relax: z
    .number()
    .gt(1)
    .default(1.12)
    .describe('factor on the reach after a step that was not adversarial'),
  patience: z
    .int()
    .min(1)
    .default(30)
    .describe('stop a clip after this many steps without a smaller adversarial version'),
  weightSize: z
    .number()
    .min(0)
    .default(0.5)
    .describe('λ_p: weight of the mean absolute perturbation'),
  weightSpatial: z.number().min(0).default(0.05).describe('λ_s: weight of spatial roughness'),
  weightTemporal: z.number().min(0).default(0.05).describe('λ_t: weight of temporal roughness'),
  weightMask: z.number().min(0).default(0.01).describe('λ_m: weight of the mean of the mask'),
});

/** Options of MSANet that have passed the schema. */
export type MsanetOptions = z.infer<typeof msanetOptions>;
