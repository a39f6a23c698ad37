import { describe, expect, it } from 'vitest';
import { Random, float32, sizeOf } from '@msanet/tensor';
import type { GraphRuntime, Model } from '@msanet/onnx';
import { createOrtRuntime } from '@msanet/runtime-ort';
import { ReferenceRuntime } from '@msanet/runtime-reference';
import { maxAbsError, relativeError } from '@msanet/testkit';
import {
  gradientGraph,
  graphPatterns,
  patternNames,
  type GraphPattern,
  type PatternChoice,
} from '../../src/index.js';
import { casesOfPatterns, type PatternCase } from './pattern-cases.js';

const seed = 5;
const draws = 40;
/** Few, since compiling a graph takes longer than running it. */
const compiledDraws = 6;

const reference = new ReferenceRuntime();
const ort = await createOrtRuntime({ threads: 1 });

/** The gradient of a weighted sum of `y`, with some patterns switched off. */
async function gradientOf(
  runtime: GraphRuntime,
  { model, x }: PatternCase,
  patterns: PatternChoice,
): Promise<ArrayLike<number | bigint>> {
  const graph = gradientGraph(model, ['x'], { patterns });
  const shape = model.graph.outputs[0].shape as number[];
  const weights = new Random(seed).fillNormal(new Float64Array(sizeOf(shape)));
  const session = await runtime.load(graph.model);
  try {
    const results = await session.run({ x, 'cotangent.y': float32(weights, shape) });
    return results[graph.gradientOutputs['x']].data;
  } finally {
    await session.dispose();
  }
}

function operators({ graph }: Model): string {
  return graph.nodes
    .map(({ opType, attributes }) => `${opType} ${JSON.stringify(attributes)}`)
    .join();
}

describe.each(patternNames)('the pattern %s', (pattern: GraphPattern) => {
  const random = new Random(seed).fork(pattern);
  const cases = Array.from({ length: draws }, () => casesOfPatterns[pattern](random));

  it('gives the gradient of the plain form, in float64', async () => {
    for (const each of cases) {
      const [used, plain] = await Promise.all([
        gradientOf(reference, each, {}),
        gradientOf(reference, each, { [pattern]: false }),
      ]);
      expect(maxAbsError(used, plain), `${each.detail} (seed ${seed})`).toBeLessThan(1e-12);
    }
  });

  it('agrees with the reference on ONNX Runtime, and so does the plain form', async () => {
    for (const each of cases.slice(0, compiledDraws)) {
      const expected = await gradientOf(reference, each, {});
      for (const choice of [{}, { [pattern]: false }]) {
        const result = await gradientOf(ort, each, choice);
        expect(relativeError(result, expected), `${each.detail} (seed ${seed})`).toBeLessThan(1e-5);
      }
    }
  });

  it('is another graph than the plain form', () => {
    const differing = cases.filter(({ model }) => {
      const [used, plain] = [{}, { [pattern]: false }].map((patterns) =>
        operators(gradientGraph(model, ['x'], { patterns }).model),
      );
      return used !== plain;
    });
    expect(differing.length).toBeGreaterThan(draws / 2);
  });

  it('is described', () => {
    expect(graphPatterns[pattern]).toMatch(/^\w.+[^.]$/);
  });
});
