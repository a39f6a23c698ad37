import { describe, expect, it } from 'vitest';
import {
  Random,
  broadcastShapes,
  formatShape,
  normalizeAxis,
  sameShape,
  sizeOf,
  stridesOf,
} from '@msanet/tensor';
import { refusal } from './refusal.js';

describe('sizeOf', () => {
  it('multiplies the lengths; a scalar has one element', () => {
    expect(sizeOf([2, 3, 4])).toBe(24);
    expect(sizeOf([])).toBe(1);
    expect(sizeOf([5, 0, 7])).toBe(0);
  });
});

describe('stridesOf', () => {
  it('gives row-major strides', () => {
    expect(stridesOf([2, 3, 4])).toEqual([12, 4, 1]);
    expect(stridesOf([7])).toEqual([1]);
    expect(stridesOf([])).toEqual([]);
  });

  it('numbers the elements of any shape 0, 1, 2, … in row-major order', () => {
    const random = new Random(1);
    for (let round = 0; round < 50; round++) {
      const shape = Array.from({ length: random.integer(5) }, () => 1 + random.integer(4));
      const strides = stridesOf(shape);
      const offsets: number[] = [];
      const visit = (axis: number, offset: number): void => {
        if (axis === shape.length) offsets.push(offset);
        else for (let i = 0; i < shape[axis]; i++) visit(axis + 1, offset + i * strides[axis]);
      };
      visit(0, 0);
      expect(offsets).toEqual(Array.from({ length: sizeOf(shape) }, (_, index) => index));
    }
  });
});

describe('broadcastShapes', () => {
  // The examples of the NumPy manual, "General broadcasting rules", and of the ONNX broadcasting page.
  it.each([
    [[256, 256, 3], [3], [256, 256, 3]],
    [
      [8, 1, 6, 1],
      [7, 1, 5],
      [8, 7, 6, 5],
    ],
    [[5, 4], [1], [5, 4]],
    [
      [15, 3, 5],
      [15, 1, 5],
      [15, 3, 5],
    ],
    [
      [15, 3, 5],
      [3, 1],
      [15, 3, 5],
    ],
    [[2, 3, 4, 5], [], [2, 3, 4, 5]],
    [
      [1, 4, 5],
      [2, 3, 1, 1],
      [2, 3, 4, 5],
    ],
    [[0], [1], [0]],
    [
      [1, 3],
      [0, 1],
      [0, 3],
    ],
    [[], [], []],
  ])('%j and %j give %j', (a, b, expected) => {
    expect(broadcastShapes(a, b)).toEqual(expected);
    expect(broadcastShapes(b, a)).toEqual(expected);
  });

  it.each([
    [[3], [4]],
    [
      [2, 1],
      [8, 4, 3],
    ],
    [[0], [2]],
  ])('%j and %j do not broadcast', (a, b) => {
    const error = refusal(() => broadcastShapes(a, b, 'node add_1'));
    expect(error.code).toBe('SHAPE_MISMATCH');
    expect(error.message).toContain('node add_1');
    expect(error.message).toContain(formatShape(a));
  });
});

describe('sameShape and formatShape', () => {
  it('compare and print', () => {
    expect(sameShape([1, 2], [1, 2])).toBe(true);
    expect(sameShape([1, 2], [2, 1])).toBe(false);
    expect(sameShape([1, 2], [1, 2, 1])).toBe(false);
    expect(formatShape([2, 8, 3, 224, 224])).toBe('(2, 8, 3, 224, 224)');
    expect(formatShape([])).toBe('()');
  });
});

describe('normalizeAxis', () => {
  it('counts negative axes from the back', () => {
    expect([-3, -1, 0, 2].map((axis) => normalizeAxis(axis, 3))).toEqual([0, 2, 0, 2]);
  });

  it('takes a scalar for a vector of one', () => {
    expect([-1, 0].map((axis) => normalizeAxis(axis, 0))).toEqual([0, 0]);
  });

  it.each([
    [3, 3],
    [-4, 3],
    [0.5, 3],
    [NaN, 3],
    [1, 0],
    [-2, 0],
  ])('refuses axis %d of rank %d', (axis, rank) => {
    expect(refusal(() => normalizeAxis(axis, rank)).code).toBe('SHAPE_MISMATCH');
  });
});
