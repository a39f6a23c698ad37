import { describe, expect, it } from 'vitest';
import { Random, isMsanetError } from '@msanet/tensor';
import { inferGraph, knownOperators, type Model } from '@msanet/onnx';
import { ReferenceRuntime } from '@msanet/runtime-reference';
import { checkVjp, operatorCases, type OperatorCase } from '@msanet/testkit';
import { gradientGraph, vjpRules } from '../../src/index.js';

const runtime = new ReferenceRuntime();
const seed = 21;

/** Forms that have a rule in general, but are refused: what they overwrite is a product or an extremum of updates. */
const refused = /^Scatter(Elements|ND): (mul|min|max)/;

const differentiable = operatorCases.filter((each) => each.differentiable.length > 0);
const checked = differentiable.filter(({ name }) => !refused.test(name));

/** The case's model as a model of another opset, where its node is valid there. */
function inOpset(each: OperatorCase, opset: number): Model | undefined {
  // Reductions other than ReduceSum take their axes in another way from opset 18 on.
  const movesAxes = /^Reduce(?!Sum$)/.test(each.operator) && each.opset < 18 !== opset < 18;
  if (each.opset === opset || movesAxes) return undefined;
  const converted = { ...each.build(), opsets: new Map([['', opset]]) };
  try {
    inferGraph(converted);
    return converted;
  } catch {
    return undefined;
  }
}

async function check(each: OperatorCase, model: Model): Promise<void> {
  await checkVjp({
    model,
    gradient: (forward, wrt, outputs) => gradientGraph(forward, wrt, { outputs }),
    runtime,
    wrt: each.differentiable,
    outputs: each.differentiableOutputs,
    feeds: each.feeds(new Random(seed)),
    seed,
    // Deep rules meet directions with a derivative of almost nothing, where differences are mostly rounding; the graph
    // holds interpolation weights as float32 numbers.
    ...(each.step < 1e-2 ? { step: 1e-5, tolerance: 1e-5 } : {}),
    ...(each.operator === 'Resize' ? { tolerance: 1e-6 } : {}),
  });
}

describe('projection test in float64', () => {
  it.each(checked.map((each) => [each.name, each] as const))('%s', async (_, each) => {
    await check(each, each.build());
  });
});

describe.each([13, 21])('projection test of the rules as emitted for opset %i', (opset) => {
  const cases = checked.flatMap((each) => {
    const model = inOpset(each, opset);
    return model === undefined ? [] : [[each.name, each, model] as const];
  });
  it.each(cases)('%s', async (_, each, model) => {
    await check(each, model);
  });

  it('is not empty', () => {
    expect(cases.length).toBeGreaterThan(200);
  });
});

describe('refused forms', () => {
  const cases = differentiable.filter(({ name }) => refused.test(name));
  it.each(cases.map((each) => [each.name, each] as const))('%s', (_, each) => {
    try {
      gradientGraph(each.build(), each.differentiable);
      expect.unreachable('the gradient should have been refused');
    } catch (error) {
      expect(isMsanetError(error) && error.code).toBe('GRADIENT_UNDEFINED');
    }
  });
});

describe('the table of rules', () => {
  it('has an entry for every operator that the onnx package knows, and no other', () => {
    expect(Object.keys(vjpRules).sort()).toEqual(knownOperators);
  });
});
