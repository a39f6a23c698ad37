import { GraphBuilder, int, ints, type Value } from '@msanet/onnx';
import { ReferenceRuntime } from '@msanet/runtime-reference';
import { relativeError } from '@msanet/testkit';
import { float32, int64 } from '@msanet/tensor';
import { describe, expect, it } from 'vitest';
import { cutSoftmax } from '../src/cut-softmax.js';

const scores = float32([0.5, -1, 3, 2, 0, -2], [2, 3]);

/** Cuts a head of a classifier and runs what is left on the scores. */
async function cutHead(head: (builder: GraphBuilder, logits: Value) => Value) {
  const builder = new GraphBuilder({ name: 'head' });
  builder.output(head(builder, builder.input('x', 'float32', [2, 3])), 'out');
  const { model, cut } = cutSoftmax(builder.build(), 'out');
  const { out } = await (await new ReferenceRuntime().load(model)).run({ x: scores });
  return { cut, out: Array.from(out.data as Float64Array) };
}

const softmax = (b: GraphBuilder, x: Value, axis: number): Value =>
  b.apply('Softmax', [x], { axis: int(axis) }, 'the softmax');

describe('a Softmax is cut', () => {
  it.each([
    { case: 'at the very end', head: (b: GraphBuilder, x: Value) => softmax(b, x, 1) },
    {
      case: 'before reshapes, over another axis',
      head(b: GraphBuilder, x: Value) {
        const shape = b.constant(int64([2, 3, 1]), 'shape');
        const volume = softmax(b, b.apply('Reshape', [x, shape]), 1);
        return b.apply('Flatten', [volume], { axis: int(1) });
      },
    },
    {
      case: 'before a pool of one value',
      head(b: GraphBuilder, x: Value) {
        const shape = b.constant(int64([2, 3, 1, 1]), 'shape');
        const pooled = b.apply('GlobalAveragePool', [
          softmax(b, b.apply('Reshape', [x, shape]), 1),
        ]);
        return b.apply('Flatten', [pooled], { axis: int(1) });
      },
    },
  ])('$case', async ({ head }) => {
    const { cut, out } = await cutHead(head);
    expect(cut).toBe('the softmax');
    expect(relativeError(out, scores.data)).toBe(0);
  });
});

describe('a Softmax stays', () => {
  it.each([
    {
      case: 'inside the network',
      head: (b: GraphBuilder, x: Value) => b.apply('Add', [softmax(b, x, 1), x]),
    },
    {
      case: 'before a mean over views',
      head(b: GraphBuilder, x: Value) {
        const shape = b.constant(int64([1, 2, 3]), 'shape');
        const views = softmax(b, b.apply('Reshape', [x, shape]), 2);
        return b.apply('ReduceMean', [views], { axes: ints([1]), keepdims: int(0) });
      },
    },
    { case: 'over the batch', head: (b: GraphBuilder, x: Value) => softmax(b, x, 0) },
  ])('$case', async ({ head }) => {
    const { cut, out } = await cutHead(head);
    expect(cut).toBeUndefined();
    expect(out).not.toEqual(Array.from(scores.data));
  });
});
