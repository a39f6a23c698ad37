import { describe, expect, it } from 'vitest';
import { knownOperators } from '../../src/index.js';
import { arrangementCases } from './cases/arrangement.js';
import { computationCases } from './cases/computation.js';
import type { ShapeCase } from './cases/shape-case.js';
import { infer } from './single-node.js';

const cases = [...computationCases, ...arrangementCases];

const describeCase = ({ op, inputs, attributes = {}, opset = 17 }: ShapeCase): string =>
  `${op}-${opset} of ${inputs.map((input) => `(${input?.shape.join(' ') ?? '–'})`).join(', ')} ${Object.entries(
    attributes,
  )
    .map(
      ([name, { value: set }]) =>
        `${name}=${typeof set === 'object' ? JSON.stringify(Object.values(set)).slice(0, 30) : set}`,
    )
    .join(' ')}`;

describe('inferNode', () => {
  it.each(cases.map((one) => [describeCase(one), one] as const))('%s', (_, one) => {
    const outputs = infer(one.op, one.inputs, one.attributes, {
      opset: one.opset ?? 17,
      outputs: one.shapes.length,
    });
    expect(outputs.map((output) => output.shape)).toEqual(one.shapes);
    const dtypes = one.dtypes ?? one.shapes.map(() => 'float32');
    expect(outputs.map((output) => output.dtype)).toEqual(dtypes);
  });

  it('is tested on every operator that it knows', () => {
    const tested = new Set(cases.map(({ op }) => op));
    expect(knownOperators.filter((op) => !tested.has(op))).toEqual([]);
  });
});
