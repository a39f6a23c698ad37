import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Shape } from '@msanet/tensor';
import { NodeContext, int, ints, string, windowOf, type Attributes } from '../../src/index.js';
import { fixtureFolder } from '../fixtures.js';
import { infer, value } from './single-node.js';

/** A line of window-shapes.jsonl, which tools/golden/onnx/window-shapes.py wrote with PyTorch. */
interface GoldenWindow {
  readonly operator: 'Conv' | 'ConvTranspose' | 'MaxPool' | 'AveragePool';
  readonly kernel: Shape;
  readonly strides: Shape;
  readonly padding: Shape;
  readonly dilations?: Shape;
  readonly group?: number;
  readonly outputPadding?: Shape;
  readonly ceilMode?: number;
  readonly weight?: Shape;
  readonly input: Shape;
  readonly output: Shape;
}

const golden = readFileSync(`${fixtureFolder}window-shapes.jsonl`, 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line) as GoldenWindow);

function attributesOf(one: GoldenWindow): Attributes {
  return {
    kernel_shape: ints(one.kernel),
    strides: ints(one.strides),
    pads: ints([...one.padding, ...one.padding]),
    ...(one.dilations === undefined ? {} : { dilations: ints(one.dilations) }),
    ...(one.group === undefined ? {} : { group: int(one.group) }),
    ...(one.outputPadding === undefined ? {} : { output_padding: ints(one.outputPadding) }),
    ...(one.ceilMode === undefined ? {} : { ceil_mode: int(one.ceilMode) }),
  };
}

describe('windows', () => {
  it.each(golden.map((one, line) => [line + 1, one.operator, one] as const))(
    'line %i: %s gives the shape that PyTorch gives',
    (_, operator, one) => {
      const operands = [value(one.input), ...(one.weight === undefined ? [] : [value(one.weight)])];
      expect(infer(operator, operands, attributesOf(one))[0].shape).toEqual(one.output);
    },
  );

  // 5 positions at stride 2 cover 9 + 2 = 11 elements of 10: one is added, at the end or at the beginning.
  it.each([
    ['SAME_UPPER', [0], [1]],
    ['SAME_LOWER', [1], [0]],
  ])('%s puts the odd element where the specification says', (mode, begin, end) => {
    const attributes = { auto_pad: string(mode), strides: ints([2]) };
    const node = {
      ...{ name: 'probe', opType: 'MaxPool', domain: '' },
      ...{ inputs: ['x'], outputs: ['y'], attributes },
    };
    const window = windowOf(new NodeContext(node, [value([1, 1, 10])], 17), [10], [3]);
    expect(window).toMatchObject({ padsBegin: begin, padsEnd: end, output: [5] });
  });
});
