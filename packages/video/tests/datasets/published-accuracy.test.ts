import { expect, it } from 'vitest';
import { datasetFormats, publishedAccuracy } from '../../src/index.js';

it('publishedAccuracy holds shares of data sets that can be read, each once', () => {
  const formats = datasetFormats.map(({ id }) => id);
  const seen = new Set<string>();
  for (const { dataset, victim, split, model, top1, top5 = 1, source } of publishedAccuracy) {
    expect(formats).toContain(dataset);
    expect(top1).toBeGreaterThan(0.5);
    expect(top5).toBeGreaterThan(top1);
    expect(top5).toBeLessThanOrEqual(1);
    expect(source).not.toBe('');
    seen.add([victim, dataset, split, model].join());
  }
  expect(seen.size).toBe(publishedAccuracy.length);
});
