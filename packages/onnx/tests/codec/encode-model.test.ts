import { describe, expect, it } from 'vitest';
import type { Tensor } from '@msanet/tensor';
import { GraphBuilder, encodeModel, float, type Model } from '../../src/index.js';

function modelOf(weight: Tensor): Model {
  const builder = new GraphBuilder();
  builder.output(builder.constant(weight, 'w'));
  return builder.build();
}

describe('encodeModel', () => {
  it('refuses what is beyond 2 GiB before it takes the memory, and says what to do', () => {
    // A typed array over 2 GiB of untouched zeros takes no memory by itself.
    const size = 2 ** 31;
    const weight: Tensor = { dtype: 'uint8', shape: [size], data: new Uint8Array(size) };
    expect(() => encodeModel(modelOf(weight))).toThrow(
      expect.objectContaining({
        code: 'OUTPUT_UNWRITABLE',
        message: expect.stringContaining('external data'),
      }),
    );
  });

  it('refuses a float attribute beyond float32', () => {
    const builder = new GraphBuilder();
    const x = builder.input('x', 'float32', [1]);
    builder.output(builder.apply('LeakyRelu', [x], { alpha: float(1e39) }));
    expect(() => encodeModel(builder.build())).toThrow(
      expect.objectContaining({ code: 'GRAPH_INVALID' }),
    );
  });
});
