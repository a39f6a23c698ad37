import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  checkPlugin,
  createFrom,
  defineAttack,
  defineAttention,
  defineVictim,
  pluginApiVersion,
  token,
  type Dependencies,
} from '@msanet/core';
import { refusal } from './refusal.js';
import { attackThat } from './toy-attacks.js';
import { toyVictim } from './toy-victim.js';

const dependencies: Dependencies = {
  get: (wanted) => {
    throw new Error(`nobody provides ${String(wanted)}`);
  },
};
const attack = attackThat(({ clips }) => clips);
const plugin = defineAttack({
  id: 'still',
  summary: 'Changes nothing.',
  options: z.strictObject({ steps: z.int().min(1).default(10) }),
  requires: attack.requires,
  create: (_, { steps }) => ({ ...attack, id: `still-${steps satisfies number}` }),
});
const victimPlugin = defineVictim({
  id: 'toy',
  summary: 'Looks at all values.',
  options: z.strictObject({}),
  supports: { inputGradient: true, deterministic: true },
  create: async () => toyVictim(),
});
const attentionPlugin = defineAttention({
  id: 'everywhere',
  summary: 'Looks everywhere.',
  options: z.strictObject({}),
  create: () => ({
    id: 'everywhere',
    requires: { inputGradient: false },
    granularities: [],
    focus: () => Promise.reject(new Error('unused')),
  }),
});

describe('plugins', () => {
  it('are plain objects of the present contract', () => {
    expect(plugin).toMatchObject({ apiVersion: pluginApiVersion, kind: 'attack', id: 'still' });
    expect(victimPlugin).toMatchObject({ apiVersion: pluginApiVersion, kind: 'victim' });
    expect(attentionPlugin).toMatchObject({ apiVersion: pluginApiVersion, kind: 'attention' });
  });

  it('make their product from checked options, with defaults', async () => {
    expect((await createFrom(plugin, dependencies, {})).id).toBe('still-10');
    expect((await createFrom(plugin, dependencies, undefined)).id).toBe('still-10');
    expect((await createFrom(plugin, dependencies, { steps: 3 })).id).toBe('still-3');
    expect((await createFrom(victimPlugin, dependencies, {})).id).toBe('toy');
    const error = await refusal(() => createFrom(plugin, dependencies, { steps: 0 }));
    expect(error.code).toBe('OPTION_INVALID');
  });
});

describe('checkPlugin', () => {
  it.each([plugin, victimPlugin, attentionPlugin])('accepts $kind $id', (sound) => {
    expect(checkPlugin(sound, 'module x')).toBe(sound);
  });

  it.each<[string, unknown, string]>([
    ['nothing', undefined, 'a plugin object, got nothing'],
    ['null', null, 'a plugin object, got null'],
    ['text', 'pgd', 'a plugin object, got pgd'],
    ['another version', { ...plugin, apiVersion: 2 }, 'plugin api version 1, got 2'],
    ['no version', { ...plugin, apiVersion: undefined }, 'plugin api version 1, got nothing'],
    ['another kind', { ...plugin, kind: 'metric' }, 'kind victim, attack or attention, got metric'],
    ['an id with spaces', { ...plugin, id: 'My Attack' }, 'digits and hyphens, got My Attack'],
    ['no id', { ...plugin, id: undefined }, 'digits and hyphens, got nothing'],
    ['no summary', { ...plugin, summary: '' }, 'a summary of one sentence'],
    [
      'options that are no schema',
      { ...plugin, options: { steps: 10 } },
      'a zod schema of its options, got {"steps":10}',
    ],
    ['no create', { ...plugin, create: undefined }, 'a create function, got nothing'],
    [
      'an attack without requirements',
      { ...plugin, requires: { norms: 'linf' } },
      'what the attack requires',
    ],
    [
      'a victim without capabilities',
      { ...victimPlugin, supports: undefined },
      'what its victims support',
    ],
  ])('refuses %s', async (_, value, sentence) => {
    const error = await refusal(() => checkPlugin(value, 'module x'));
    expect(error.code).toBe('PLUGIN_INVALID');
    expect(error.message).toMatch(/^module x: expected /);
    expect(error.message).toContain(sentence);
  });

  it('quotes even what JSON cannot', async () => {
    const circular: Record<string, unknown> = { ...plugin };
    circular['id'] = circular;
    expect((await refusal(() => checkPlugin(circular, 'module x'))).message).toContain('an object');
  });
});

describe('tokens', () => {
  it('of one name are one, in every copy of the package', () => {
    expect(token('runtime')).toBe(Symbol.for('msanet.runtime'));
    expect(token('runtime')).not.toBe(token('clock'));
  });
});
