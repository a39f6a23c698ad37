import { readFileSync } from 'node:fs';
import type { Attributes } from '@msanet/onnx';
import { float64, int64, type Tensor } from '@msanet/tensor';
import { describe, expect, it } from 'vitest';
import { runNode } from './run-node.js';

/** A tensor in the golden file. */
interface GoldenTensor {
  readonly dtype: 'float64' | 'int64' | 'bool';
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

/** One operator call with the results that PyTorch 1.13 gives in float64. */
interface GoldenCase {
  readonly name: string;
  readonly operator: string;
  readonly opset: number;
  readonly attributes: Attributes;
  readonly inputs: readonly (GoldenTensor | null)[];
  readonly outputs: readonly GoldenTensor[];
}

const cases = JSON.parse(
  readFileSync(new URL('golden/torch.json', import.meta.url), 'utf8'),
) as GoldenCase[];

function decode(value: GoldenTensor): Tensor {
  return value.dtype === 'int64'
    ? int64(value.data, value.shape)
    : float64(value.data, value.shape);
}

describe('PyTorch golden values', () => {
  it.each(cases)('$operator: $name', async ({ operator, opset, attributes, inputs, outputs }) => {
    const results = await runNode({
      operator,
      opset,
      attributes,
      inputs: inputs.map((input) => (input ? decode(input) : undefined)),
      outputs: outputs.length,
    });
    outputs.forEach((expected, index) => {
      const result = results[index];
      expect(result.shape).toEqual(expected.shape);
      expect(result.dtype).toBe(expected.dtype);
      expected.data.forEach((value, element) => {
        const error = Math.abs(Number(result.data[element]) - value);
        expect(error, `output ${index}, element ${element}`).toBeLessThanOrEqual(
          1e-12 * Math.max(1, Math.abs(value)),
        );
      });
    });
  });
});
