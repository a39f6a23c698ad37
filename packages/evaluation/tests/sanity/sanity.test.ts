import { describe, expect, it } from 'vitest';
import { proportion } from '../../src/index.js';
import { checkChange, checkRounding } from '../../src/sanity/attack-outcome.js';
import { checkGradient, gradientShape } from '../../src/sanity/gradient.js';
import { checkProbabilities } from '../../src/sanity/probabilities.js';
import { checkBatch, checkDeterminism } from '../../src/sanity/repeatability.js';
import {
  checkBudgetUse,
  checkCleanAccuracy,
  checkGradientsHelp,
} from '../../src/sanity/whole-comparison.js';

const floats = (...values: number[]): Float32Array => Float32Array.from(values);

describe('sanity checks', () => {
  it('see gradients without information', () => {
    expect(checkGradient(gradientShape(floats(0, 0, 0)))?.check).toBe('zero-gradient');
    expect(checkGradient(gradientShape(floats(2, 2, 2)))?.check).toBe('constant-gradient');
    expect(checkGradient(gradientShape(floats(0, 0, 1e-30)))).toBeUndefined();
    expect(gradientShape(floats(0, 1, 0, 0)).zeroShare).toBe(0.75);
  });

  it('see probabilities, and take no logits for them', () => {
    expect(checkProbabilities(floats(0.2, 0.5, 0.3), 'v')?.check).toBe('probabilities');
    expect(checkProbabilities(floats(1, 0, 0), 'v')?.check).toBe('probabilities');
    expect(checkProbabilities(floats(0.2, 0.5, 0.4), 'v')).toBeUndefined();
    expect(checkProbabilities(floats(1.5, -0.5), 'v')).toBeUndefined();
    expect(checkProbabilities(floats(1), 'v')).toBeUndefined();
  });

  it('see answers that change by themselves or with the batch', () => {
    expect(checkDeterminism(floats(1, 2), floats(1, 2.5), 'v')?.message).toContain('0.50');
    expect(checkDeterminism(floats(1, 2), floats(1, 2), 'v')).toBeUndefined();
    expect(checkBatch(floats(10, -3), floats(10.1, -3), 'v')?.check).toBe('batch-dependent');
    // Other kernels for other batch sizes round differently.
    expect(checkBatch(floats(10, -3), floats(10.001, -3), 'v')).toBeUndefined();
  });

  it('see an attack that changed nothing, unless it was allowed nothing', () => {
    const clean = floats(0.1, 0.2);
    const budget = { norm: 'linf', epsilon: 8 / 255 } as const;
    expect(checkChange(clean, clean.slice(), budget)?.check).toBe('unchanged');
    expect(checkChange(clean, floats(0.1, 0.3), budget)).toBeUndefined();
    expect(checkChange(clean, clean.slice(), { ...budget, epsilon: 0 })).toBeUndefined();
  });

  it('see a success that rounding took', () => {
    expect(checkRounding({ success: true }, { success: false })?.check).toBe('lost-by-rounding');
    expect(checkRounding({ success: true }, { success: true })).toBeUndefined();
    expect(checkRounding({ success: false }, { success: false })).toBeUndefined();
  });

  it('see a clean accuracy that chance does not explain', () => {
    // 60 of 100: at most 69.1 % with 95 % confidence.
    expect(checkCleanAccuracy(proportion(60, 100), 0.945, 'v')?.check).toBe('low-clean-accuracy');
    expect(checkCleanAccuracy(proportion(60, 100), 0.73, 'v')).toBeUndefined();
    expect(checkCleanAccuracy(proportion(3, 4), 0.945, 'v')).toBeUndefined();
    expect(checkCleanAccuracy(proportion(0, 0), 0.945, 'v')).toBeUndefined();
    expect(checkCleanAccuracy(proportion(0, 100), undefined, 'v')).toBeUndefined();
  });

  it('see a query attack that beats the gradient attacks of its budget', () => {
    const square = { attack: 'square', usesGradients: false, budget: 'linf 8/255', rate: 0.9 };
    const pgd = { attack: 'pgd', usesGradients: true, budget: 'linf 8/255', rate: 0.4 };
    const found = checkGradientsHelp([pgd, { ...pgd, attack: 'fgsm', rate: 0.2 }, square], 'v');
    expect(found).toHaveLength(1);
    expect(found[0].message).toContain('square succeeds without gradients on 90.0 %');
    expect(checkGradientsHelp([{ ...pgd, rate: 0.9 }, square], 'v')).toEqual([]);
    expect(checkGradientsHelp([{ ...pgd, budget: 'linf 2/255' }, square], 'v')).toEqual([]);
    expect(checkGradientsHelp([square], 'v')).toEqual([]);
  });

  it('see a budget that failures leave unused', () => {
    expect(checkBudgetUse(0.2, 'pgd', 'v')?.message).toContain('20.0 %');
    expect(checkBudgetUse(1, 'pgd', 'v')).toBeUndefined();
    expect(checkBudgetUse(null, 'pgd', 'v')).toBeUndefined();
  });
});
