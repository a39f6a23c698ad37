import { z } from 'zod';

/** The option of every minimum-norm attack that says whether clips are rounded before the victim judges them. */
export const roundedOption = z
  .boolean()
  .default(true)
  .describe(
    'Whether the victim is asked about clips rounded to 8 bits, so that what is found survives rounding; the papers ask in float.',
  );
