import { describe, expect, it } from 'vitest';
import { checkPlugin, describeOptions } from '@msanet/core';
import { baselines } from '@msanet/baselines';

describe('the baselines', () => {
  it('have ids of their own', () => {
    const ids = baselines.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toEqual(expect.arrayContaining(['random-noise', 'fgsm', 'pgd']));
  });

  it.each(baselines.map((plugin) => [plugin.id, plugin] as const))(
    '%s says what it is, where it comes from and what every option does',
    (_, plugin) => {
      expect(checkPlugin(plugin, 'baselines')).toBe(plugin);
      expect(plugin.summary).toMatch(/\.$/);
      expect(plugin.source).toBeTruthy();
      for (const { name, description } of describeOptions(plugin)) {
        expect(description, name).toMatch(/\.$/);
      }
    },
  );
});
