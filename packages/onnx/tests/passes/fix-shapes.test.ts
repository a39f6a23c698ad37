import { describe, expect, it } from 'vitest';
import { fixShapes, type Dimension, type Model, type ValueInfo } from '../../src/index.js';

const value = (name: string, shape: readonly Dimension[] | undefined): ValueInfo => ({
  name,
  dtype: 'float32',
  shape,
});

const modelOf = (inputs: ValueInfo[], outputs: ValueInfo[]): Model => ({
  irVersion: 8,
  producer: '',
  opsets: new Map([['', 17]]),
  graph: { name: 'g', nodes: [], inputs, outputs, initializers: new Map() },
  metadata: new Map(),
});

const model = modelOf(
  [value('clip', ['batch', 'frames', 3, undefined, 224]), value('mask', ['batch', 1])],
  [value('logits', ['batch', 'classes'])],
);
const shapes = (fixed: Model) => fixed.graph.inputs.map(({ shape }) => shape);

describe('fixShapes', () => {
  it('takes symbols from the shape of one input into the others and the outputs', () => {
    const fixed = fixShapes(model, { inputs: { clip: [2, 8, 3, 112, 224] } });
    expect(shapes(fixed)).toEqual([
      [2, 8, 3, 112, 224],
      [2, 1],
    ]);
    expect(fixed.graph.outputs[0].shape).toEqual([2, 'classes']);
  });

  it('takes lengths by symbol', () => {
    const open = modelOf([value('clip', ['batch', 'frames', 3])], []);
    expect(shapes(fixShapes(open, { symbols: { batch: 4, frames: 16 } }))).toEqual([[4, 16, 3]]);
  });

  it('takes the whole shape where none is declared', () => {
    const open = modelOf([value('clip', undefined)], []);
    expect(shapes(fixShapes(open, { inputs: { clip: [1, 2] } }))).toEqual([[1, 2]]);
  });

  it('leaves the model that it was given as it is', () => {
    fixShapes(model, { inputs: { clip: [2, 8, 3, 112, 224] } });
    expect(model.graph.inputs[0].shape).toEqual(['batch', 'frames', 3, undefined, 224]);
  });

  it.each([
    ['an open length', 'SHAPE_UNKNOWN', { symbols: { batch: 1, frames: 8 } }],
    ['another declared length', 'SHAPE_MISMATCH', { inputs: { clip: [1, 8, 4, 112, 224] } }],
    ['another rank', 'SHAPE_MISMATCH', { inputs: { clip: [1, 8, 3, 112] } }],
    [
      'a symbol of two lengths',
      'SHAPE_MISMATCH',
      { inputs: { clip: [2, 8, 3, 112, 224], mask: [3, 1] } },
    ],
    [
      'a symbol that contradicts a shape',
      'SHAPE_MISMATCH',
      { inputs: { clip: [2, 8, 3, 112, 224] }, symbols: { batch: 1 } },
    ],
    ['an unknown input', 'OPTION_INVALID', { inputs: { video: [1] } }],
    ['an unknown symbol', 'OPTION_INVALID', { symbols: { time: 1 } }],
    ['an empty axis', 'OPTION_INVALID', { symbols: { batch: 0 } }],
    ['half a frame', 'OPTION_INVALID', { inputs: { clip: [1, 8.5, 3, 112, 224] } }],
  ])('refuses %s', (_, code, shapesToFix) => {
    expect(() => fixShapes(model, shapesToFix)).toThrow(expect.objectContaining({ code }));
  });

  it('refuses two uses of one symbol in one shape that differ', () => {
    const square = modelOf([value('x', ['n', 'n'])], []);
    expect(shapes(fixShapes(square, { inputs: { x: [3, 3] } }))).toEqual([[3, 3]]);
    expect(() => fixShapes(square, { inputs: { x: [3, 4] } })).toThrow(
      expect.objectContaining({ code: 'SHAPE_MISMATCH' }),
    );
  });
});
