import { inferGraph, knownOperators } from '@msanet/onnx';
import { Random } from '@msanet/tensor';
import { describe, expect, it } from 'vitest';
import { operatorCases } from '@msanet/testkit';

describe('operator cases', () => {
  it('cover every operator that msanet knows', () => {
    const covered = new Set(operatorCases.map(({ operator }) => operator));
    expect([...knownOperators].filter((operator) => !covered.has(operator))).toEqual([]);
  });

  it('have names of their own', () => {
    const names = operatorCases.map(({ name, opset }) => `${name} (opset ${opset})`);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });

  it('build the same model every time', () => {
    for (const operatorCase of operatorCases) {
      expect(operatorCase.build()).toEqual(operatorCase.build());
    }
  });

  it('feed every graph input with a tensor of its type and shape', () => {
    for (const operatorCase of operatorCases) {
      const feeds = operatorCase.feeds(new Random(5));
      const { inputs } = operatorCase.build().graph;
      expect(Object.keys(feeds)).toEqual(inputs.map(({ name }) => name));
      for (const { name, dtype, shape } of inputs) {
        expect([feeds[name].dtype, feeds[name].shape], operatorCase.name).toEqual([dtype, shape]);
      }
    }
  });

  it('differentiate floating-point inputs and outputs only', () => {
    for (const operatorCase of operatorCases) {
      const { differentiable, differentiableOutputs } = operatorCase;
      if (differentiable.length === 0) continue;
      const types = inferGraph(operatorCase.build());
      for (const name of [...differentiable, ...differentiableOutputs]) {
        expect(types.get(name)?.dtype, `${operatorCase.name}: ${name}`).toMatch(/^float(32|64)$/);
      }
    }
  });
});
