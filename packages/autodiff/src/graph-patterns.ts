/**
 * Ways to write a gradient that give the same numbers as the plain way and run faster. Each can be switched off by name;
 * `bench/patterns.ts` measures what it gains.
 */
export const graphPatterns = {
  'step-masks': 'the mask of a ReLU is a HardSigmoid of extreme slope, not a comparison and a cast',
  'hard-sigmoid-slopes': 'one minus a sigmoid is a HardSigmoid of slope −1, not a subtraction',
  'pointwise-strides':
    'the gradient of a strided convolution of one tap is computed before its pixels are spread',
  'phase-convolutions':
    'the gradient of any other strided convolution is one convolution per phase of the stride',
  'separable-max-pools': 'the maximum of a window is found one axis at a time, without its indices',
  'max-pool-phases':
    'max-pools that ReLUs follow or precede are pulled back by depthwise convolutions, per phase of the stride',
  'block-sums':
    'the gradient of enlarging by whole numbers is a depthwise convolution by ones, not a product of matrices',
  'blocked-joins':
    'images in rows are brought into blocks of channels where they are added to or multiplied by others in blocks',
} as const;

/** The name of a graph pattern. */
export type GraphPattern = keyof typeof graphPatterns;

/** Which patterns to use; those that are not named are used. */
export type PatternChoice = Readonly<Partial<Record<GraphPattern, boolean>>>;

/** The names of all patterns. */
export const patternNames = Object.keys(graphPatterns) as readonly GraphPattern[];
