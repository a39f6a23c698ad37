import { float16ToFloat32, float32, float64, int64, zeros, type Tensor } from '@msanet/tensor';
import { describe, expect, it } from 'vitest';
import {
  compareCheckpoint,
  differenceSize,
  expectNoDifference,
  floatingValues,
} from '../../src/index.js';

const expected = new Map([
  ['conv.weight', [2, 3]],
  ['conv.bias', [2]],
  ['norm.weight', [2]],
]);
const fitting = new Map<string, Tensor>([
  ['conv.weight', zeros('float16', [2, 3])],
  ['conv.bias', zeros('float64', [2])],
  ['norm.weight', zeros('float32', [2])],
  ['norm.num_batches_tracked', int64([7], [])],
]);

function refusal(change: (tensors: Map<string, Tensor>) => void): () => void {
  const tensors = new Map(fitting);
  change(tensors);
  return () => expectNoDifference(compareCheckpoint(tensors, expected), 'file.pth', 'a network');
}

describe('a checkpoint is compared with what a network needs', () => {
  it('and fits, whatever its precision, counters aside', () => {
    expect(differenceSize(compareCheckpoint(fitting, expected))).toBe(0);
    expect(refusal(() => undefined)).not.toThrow();
  });

  it('or lacks tensors and has others', () => {
    const wrong = refusal((tensors) => {
      tensors.delete('conv.bias');
      tensors.set('extra', zeros('float32', [1]));
    });
    expect(wrong).toThrow(expect.objectContaining({ code: 'CHECKPOINT_MISMATCH' }));
    expect(wrong).toThrow(
      'file.pth: expected the tensors of a network, got missing conv.bias and unexpected extra; ',
    );
  });

  it('or has many others, of which a few are named', () => {
    const wrong = refusal((tensors) => {
      for (let index = 0; index < 30; index++) tensors.set(`t${index}`, zeros('float32', [1]));
    });
    expect(wrong).toThrow('got unexpected 30 keys: t0, t1, t2, t3, t4 and 25 more; ');
  });

  it('or has tensors of another shape or type', () => {
    const shape = refusal((tensors) => tensors.set('conv.weight', zeros('float32', [3, 2])));
    expect(shape).toThrow(
      'file.pth, conv.weight: expected shape (2, 3) for a network, got shape (3, 2) of float32; ',
    );
    const type = refusal((tensors) => {
      tensors.set('conv.weight', zeros('int32', [2, 3]));
      tensors.set('conv.bias', zeros('float32', [9]));
    });
    expect(type).toThrow('got shape (2, 3) of int32 (and 1 more tensors that differ); ');
  });
});

describe('floatingValues', () => {
  it('gives the numbers of every floating-point type', () => {
    const bits = Uint16Array.of(0x3c00, 0xc100);
    const half: Tensor = { dtype: 'float16', shape: [2], data: bits };
    expect(Array.from(floatingValues(half, 't'))).toEqual(Array.from(float16ToFloat32(bits)));
    const brain: Tensor = { dtype: 'bfloat16', shape: [1], data: Uint16Array.of(0x3fc0) };
    expect(Array.from(floatingValues(brain, 't'))).toEqual([1.5]);
    const single = float32([1, 2]);
    expect(floatingValues(single, 't')).toBe(single.data);
    const double = float64([0.1]);
    expect(floatingValues(double, 't')).toBe(double.data);
    expect(() => floatingValues(int64([1]), 'tensor t')).toThrow(/tensor t.*int64/);
  });
});
