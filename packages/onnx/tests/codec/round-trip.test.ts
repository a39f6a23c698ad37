import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeModel, encodeModel } from '../../src/index.js';
import { exportedBytes, exportedModels } from '../fixtures.js';
import { models } from './model-arbitrary.js';

describe('encodeModel and decodeModel', () => {
  it('give back every model', () => {
    fc.assert(
      fc.property(models, (model) => {
        expect(decodeModel(encodeModel(model))).toEqual(model);
      }),
      { seed: 20_250_611, numRuns: 300 },
    );
  });

  it.each(exportedModels)('give back what PyTorch exported as %s', (name) => {
    const model = decodeModel(exportedBytes(name));
    expect(model.graph.nodes.length).toBeGreaterThan(10);
    expect(decodeModel(encodeModel(model))).toEqual(model);
  });
});
